/** What a screen reader is told: one polite live region a page, so that nothing is read twice. */
import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'

const message: Signal<string> = signal('')

/** Says `text` once. The same words said again are told apart by a trailing space. */
export function announce(text: string): void {
  message.value = message.peek() === text ? `${text} ` : text
}

/** The live region; stands once on every page. */
export function Announcer(): JSX.Element {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {message}
    </div>
  )
}
