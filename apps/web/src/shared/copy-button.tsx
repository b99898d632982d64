/** A button that copies a text and says so, to the eye and to a screen reader. */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { announce } from './announcer.tsx'
import { copyText } from './copy-text.ts'
import { CheckIcon, CopyIcon } from './icons.tsx'

interface CopyButtonProps {
  label: string
  /** What is said when it is done, such as "Answer copied". */
  done: string
  text: () => string
  class?: string
  /** Shows the sign alone; the label stays for screen readers. */
  iconOnly?: boolean
}

const shownForMs = 2000

/** Copies `text()` when pressed; for two seconds it says that it did. */
export function CopyButton(props: CopyButtonProps): JSX.Element {
  const { label, done, text, class: className = 'button', iconOnly = false } = props
  const outcome = useSignal<'none' | 'copied' | 'refused'>('none')
  useEffect(() => {
    if (outcome.value === 'none') return
    const timer = setTimeout(() => {
      outcome.value = 'none'
    }, shownForMs)
    return () => clearTimeout(timer)
  }, [outcome.value])
  const copy = async (): Promise<void> => {
    outcome.value = (await copyText(text())) ? 'copied' : 'refused'
    announce(outcome.value === 'copied' ? done : 'The browser did not allow copying')
  }
  return (
    <button type="button" class={className} onClick={copy}>
      {outcome.value === 'copied' ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      <span class={iconOnly ? 'visually-hidden' : undefined}>
        {outcome.value === 'none' ? label : outcome.value === 'copied' ? 'Copied' : 'Not allowed'}
      </span>
    </button>
  )
}
