/** What stands where the verdict will be: what a seal is, in three steps. */
import type { JSX } from 'preact'

const steps: { title: string; words: string }[] = [
  {
    title: 'An issuer seals what its model writes',
    words:
      'Invisible marks are woven into the text. They carry who issued it, when and with which model, signed.',
  },
  {
    title: 'The text travels',
    words: 'Copied, mailed or published, the marks go with it. They change nothing that a reader sees.',
  },
  {
    title: 'You look',
    words:
      'This page finds the marks, checks the signatures and compares every passage with what was signed.',
  },
]

/** The explanation; `waiting` says that a text is there and its verdict on the way. */
export function Welcome({ waiting }: { waiting: boolean }): JSX.Element {
  return (
    <section class="card welcome" aria-labelledby="welcome-title" aria-busy={waiting}>
      <h2 id="welcome-title">{waiting ? 'Looking…' : 'How it works'}</h2>
      <ol class="steps">
        {steps.map(step => (
          <li key={step.title}>
            <h3>{step.title}</h3>
            <p>{step.words}</p>
          </li>
        ))}
      </ol>
      <p class="hint">
        A seal says who issued a text and whether it was changed since. It does not say that what the text
        states is true.
      </p>
    </section>
  )
}
