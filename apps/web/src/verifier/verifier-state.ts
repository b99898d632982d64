/** What the verify page knows and does: the text, its report, whom the reader trusts. The report is made in the browser. */
import { batch, effect, type Signal, signal } from '@preact/signals'
import type { Jwk, Report } from '@streamseal/seal'
import { announce } from '../shared/announcer.tsx'
import { askAbout } from './ask-about.ts'
import { type AuthorityStore, createAuthorityStore } from './authority-store.ts'
import { type C2paSays, c2paHeadline } from './c2pa-words.ts'
import { createKeyStore, type KeyStore } from './key-store.ts'
import { readTextFile } from './read-text-file.ts'
import { verdicts } from './verdict.ts'
import { createApartVerifier, type VerifyJob } from './verify-apart.ts'

/** Who made the report on screen. */
export type ReportSource = 'browser' | 'issuer'

/** The page's signals and actions. */
export interface VerifierState {
  readonly keys: KeyStore
  /** Whose C2PA manifests the reader trusts. */
  readonly authorities: AuthorityStore
  readonly text: Signal<string>
  readonly report: Signal<Report | undefined>
  readonly source: Signal<ReportSource>
  /** What C2PA says, where the text carries a manifest or the gateway was asked. */
  readonly c2pa: Signal<C2paSays | undefined>
  /** What went wrong last, in words. */
  readonly failure: Signal<string | undefined>
  readonly asking: Signal<boolean>
  readonly showHidden: Signal<boolean>
  /** Takes a new text; `detached` is a closing that was carried beside it. */
  setText(text: string, detached?: string): void
  openFile(file: File): Promise<void>
  /** Sends the text to this gateway to look for its kept ending. */
  ask(): Promise<void>
  /** Sends the text to this gateway to look for a C2PA manifest that it keeps. */
  askForManifest(): Promise<void>
}

// Long enough that typing does not verify at every key, short enough that a paste seems immediate.
const restMs = 120

/** Creates the state and begins to verify whenever text or trust change. */
export function createVerifierState(): VerifierState {
  const keys = createKeyStore()
  const authorities = createAuthorityStore()
  const verifier = createApartVerifier()
  const text = signal('')
  const detached = signal<string | undefined>(undefined)
  const report = signal<Report | undefined>(undefined)
  const source = signal<ReportSource>('browser')
  const c2pa = signal<C2paSays | undefined>(undefined)
  const failure = signal<string | undefined>(undefined)
  const asking = signal(false)
  const showHidden = signal(false)

  effect(() => {
    const job = jobOf(text.value, keys.trusted.value, authorities.pem.value, detached.value)
    if (job.text === '') {
      report.value = undefined
      c2pa.value = undefined
      return
    }
    // Before this gateway has given its keys, every seal would look like a stranger's.
    if (keys.own.value === undefined) return
    const timer = setTimeout(() => {
      verifier.verify(job, outcome => {
        if ('report' in outcome) show(outcome.report, 'browser', outcome.c2pa)
        else failure.value = outcome.failure
      })
    }, restMs)
    return () => {
      clearTimeout(timer)
      verifier.cancel()
    }
  })

  function show(made: Report, by: ReportSource, says: C2paSays | undefined): void {
    batch(() => {
      c2pa.value = says
      report.value = made
      source.value = by
    })
    const { word, headline } = verdicts[made.status]
    announce(`${word}. ${headline}`)
  }

  return {
    keys,
    authorities,
    text,
    report,
    source,
    c2pa,
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
      const answer = await askAbout({ text, asking, failure })
      if (answer) show(answer.report, 'issuer', answer.c2pa)
    },
    async askForManifest() {
      const answer = await askAbout({ text, asking, failure })
      if (answer === undefined) return
      c2pa.value = answer.c2pa
      announce(answer.c2pa ? c2paHeadline(answer.c2pa) : 'This gateway says nothing of C2PA.')
    },
  }
}

function jobOf(text: string, keys: Jwk[], authorities: string, detached: string | undefined): VerifyJob {
  return { text, keys, authorities, ...(detached === undefined ? {} : { detached }) }
}
