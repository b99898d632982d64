/** Paste and drop anywhere on the page, not only in the box. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { VerifierState } from './verifier-state.ts'

/** Listens on the whole page; the signal is true while a file or text is dragged over it. */
export function usePageInput(state: VerifierState): Signal<boolean> {
  const dragging = useSignal(false)
  useEffect(() => {
    const control = new AbortController()
    const { signal } = control
    addEventListener('paste', event => onPaste(event, state), { signal })
    addEventListener('dragover', event => onDragOver(event, dragging), { signal })
    addEventListener('dragleave', event => onDragLeave(event, dragging), { signal })
    addEventListener('drop', event => onDrop(event, state, dragging), { signal })
    return () => control.abort()
  }, [state])
  return dragging
}

function onPaste(event: ClipboardEvent, state: VerifierState): void {
  if (isEditable(event.target)) return
  const text = event.clipboardData?.getData('text/plain') ?? ''
  if (text !== '') state.setText(text)
}

function onDragOver(event: DragEvent, dragging: Signal<boolean>): void {
  if (isEditable(event.target) && !hasFiles(event)) return
  event.preventDefault()
  dragging.value = true
}

function onDragLeave(event: DragEvent, dragging: Signal<boolean>): void {
  // Only where the pointer leaves the window is there nothing that it enters.
  if (event.relatedTarget === null) dragging.value = false
}

function onDrop(event: DragEvent, state: VerifierState, dragging: Signal<boolean>): void {
  dragging.value = false
  if (isEditable(event.target) && !hasFiles(event)) return
  event.preventDefault()
  const file = event.dataTransfer?.files[0]
  if (file !== undefined) void state.openFile(file)
  else state.setText(event.dataTransfer?.getData('text/plain') ?? '')
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
}
