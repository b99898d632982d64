/** Verification in a worker, one text at a time: a newer text ends the work on an older one. */
import type { Jwk, Report } from '@streamseal/seal'
import type { C2paSays } from './c2pa-words.ts'

/** What the worker is given. */
export interface VerifyJob {
  text: string
  /** The public keys that are trusted. */
  keys: Jwk[]
  /** The certificates, in PEM, of those whose C2PA manifests are trusted; empty for nobody. */
  authorities: string
  /** The closing that came beside the text. */
  detached?: string
}

/** What the worker answers: a report for any text; a failure means that the keys could not be read. */
export type VerifyOutcome = { report: Report; c2pa?: C2paSays } | { failure: string }

/** Verifies texts; the older of two answers is never given. */
export interface ApartVerifier {
  /** Calls `done` with the outcome, unless another text or `cancel` comes first. */
  verify(job: VerifyJob, done: (outcome: VerifyOutcome) => void): void
  cancel(): void
}

/** Creates a verifier; its worker starts with the first text. */
export function createApartVerifier(): ApartVerifier {
  let worker: Worker | undefined
  let busy = false

  function cancel(): void {
    if (!busy) return
    worker?.terminate()
    worker = undefined
    busy = false
  }

  return {
    cancel,
    verify(job, done) {
      cancel()
      worker ??= new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' })
      busy = true
      worker.onmessage = (event: MessageEvent<VerifyOutcome>) => {
        busy = false
        done(event.data)
      }
      worker.onerror = event => {
        busy = false
        done({ failure: event.message || 'The text could not be verified in this browser.' })
      }
      worker.postMessage(job)
    },
  }
}
