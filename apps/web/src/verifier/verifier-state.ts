/** What the verify page knows and does: the text, its report, whom the reader trusts. The report is made in the browser. */
import { batch, effect, type Signal, signal } from '@preact/signals'
import type { Jwk, Report } from '@streamseal/seal'
import { announce } from '../shared/announcer.tsx'
import { askIssuer } from './ask-issuer.ts'
import { createKeyStore, type KeyStore } from './key-store.ts'
import { readTextFile } from './read-text-file.ts'
import { verdicts } from './verdict.ts'
import { createApartVerifier, type VerifyJob } from './verify-apart.ts'

/** Who made the report on screen. */
export type ReportSource = 'browser' | 'issuer'

/** The page's signals and actions. */
export interface VerifierState {
  readonly keys: KeyStore
  readonly text: Signal<string>
  readonly report: Signal<Report | undefined>
  readonly source: Signal<ReportSource>
  /** What went wrong last, in words. */
  readonly failure: Signal<string | undefined>
  readonly asking: Signal<boolean>
  readonly showHidden: Signal<boolean>
  /** Takes a new text; `detached` is a closing that was carried beside it. */
  setText(text: string, detached?: string): void
  openFile(file: File): Promise<void>
  /** Sends the text to this gateway to look for its kept ending. */
  ask(): Promise<void>
}

// Long enough that typing does not verify at every key, short enough that a paste seems immediate.
const restMs = 120

/** Creates the state and begins to verify whenever text or trust change. */
export function createVerifierState(): VerifierState {
  const keys = createKeyStore()
  const verifier = createApartVerifier()
  const text = signal('')
  const detached = signal<string | undefined>(undefined)
  const report = signal<Report | undefined>(undefined)
  const source = signal<ReportSource>('browser')
  const failure = signal<string | undefined>(undefined)
  const asking = signal(false)
  const showHidden = signal(false)

  effect(() => {
    const job = jobOf(text.value, keys.trusted.value, detached.value)
    if (job.text === '') {
      report.value = undefined
      return
    }
    // Before this gateway has given its keys, every seal would look like a stranger's.
    if (keys.own.value === undefined) return
    const timer = setTimeout(() => {
      verifier.verify(job, outcome => {
        if ('report' in outcome) show(outcome.report, 'browser')
        else failure.value = outcome.failure
      })
    }, restMs)
    return () => {
      clearTimeout(timer)
      verifier.cancel()
    }
  })

  function show(made: Report, by: ReportSource): void {
    batch(() => {
      report.value = made
      source.value = by
    })
    const { word, headline } = verdicts[made.status]
    announce(`${word}. ${headline}`)
  }

  return {
    keys,
    text,
    report,
    source,
    failure,
    asking,
    showHidden,
    setText(next, closing) {
      batch(() => {
        failure.value = undefined
        detached.value = closing
        text.value = next
      })
    },
    async openFile(file) {
      const read = await readTextFile(file)
      if (read.ok) this.setText(read.text)
      else failure.value = read.why
    },
    async ask() {
      const subject = text.value
      asking.value = true
      failure.value = undefined
      const answer = await askIssuer(subject)
      asking.value = false
      if (text.peek() !== subject) return
      if (answer.ok) show(answer.report, 'issuer')
      else failure.value = answer.why
    },
  }
}

function jobOf(text: string, keys: Jwk[], detached: string | undefined): VerifyJob {
  return detached === undefined ? { text, keys } : { text, keys, detached }
}
