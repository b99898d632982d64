/** Segments on their way: signed in any order, sent in theirs. */
import { algorithms } from './algorithms.ts'
import { fromBase64url } from './bytes.ts'
import { signedBytes } from './digests.ts'
import { encodeSigned, type Lag } from './payload.ts'
import { SealError } from './seal-error.ts'
import type { Signer } from './signer.ts'

/** A timer of more fires at once (24 days and a half); nobody waits for it. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A segment or closing that waits for its signature, or for a place. */
interface Waiting {
  fields: Uint8Array
  /** Where the stretch ends, counted from the start of the stream. */
  end: Lag
  /** An opening to send behind it. */
  opening: Uint8Array | undefined
  signature: Uint8Array | undefined
}

/** Asks the signer for signatures and hands out payloads in order. */
export class SigningQueue {
  readonly #signer: Signer
  /** Made when a signer asks: a local one never does, and thousands of sealers may be alive. */
  #abort: AbortController | undefined
  #waiting: Waiting[] = []
  readonly #signing: Promise<void>[] = []

  constructor(signer: Signer) {
    this.#signer = signer
    thumbprintOf(signer)
  }

  /** Has `fields` signed; the payload becomes ready at once where the signer answers synchronously. */
  add(kind: 'segment' | 'closing', fields: Uint8Array, end: Lag, opening?: Uint8Array): void {
    const waiting: Waiting = { fields, end, opening, signature: undefined }
    this.#waiting.push(waiting)
    const signature = this.#sign(signedBytes(kind, thumbprintOf(this.#signer), fields))
    if (signature instanceof Uint8Array) waiting.signature = signature
    else this.#signing.push(this.#whenSigned(waiting, signature))
  }

  get hasReady(): boolean {
    return this.#waiting[0]?.signature !== undefined
  }

  /** The payloads that are signed, up to the first that is not, for a place `at` from the start of the stream; those of `atMost` marks, where it says so. */
  takeReady(at: Lag, atMost: number = Number.POSITIVE_INFINITY): Uint8Array[] {
    const payloads: Uint8Array[] = []
    for (let taken = 0; taken < atMost && this.#waiting[0]?.signature !== undefined; taken++) {
      const { fields, end, opening, signature } = this.#waiting.shift() as Waiting
      const lag = { exact: at.exact - end.exact, skeleton: at.skeleton - end.skeleton }
      payloads.push(encodeSigned(fields, lag, signature as Uint8Array))
      if (opening) payloads.push(opening)
    }
    // An array that has grown and was emptied keeps its room.
    if (this.#waiting.length === 0) this.#waiting = []
    return payloads
  }

  /** Waits until everything is signed; rejects with `SIGNER_TIMEOUT` or `SIGNER_FAILED`. */
  async settle(timeoutMs: number): Promise<void> {
    if (this.#signing.length === 0) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<never>((_, reject) => {
      if (timeoutMs > MAX_TIMER_MS) return
      timer = setTimeout(() => reject(timedOut(timeoutMs, this.#waiting.length)), timeoutMs)
    })
    try {
      await Promise.race([Promise.all(this.#signing), timeout])
    } catch (error) {
      this.#abort?.abort(error)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const abort = (): AbortController => {
      this.#abort ??= new AbortController()
      return this.#abort
    }
    try {
      const signature = this.#signer.sign(bytes, {
        get signal() {
          return abort().signal
        },
      })
      return signature instanceof Uint8Array ? this.#cut(signature) : signature
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #whenSigned(waiting: Waiting, signature: Promise<Uint8Array>): Promise<void> {
    const signed = Promise.resolve(signature).then(
      bytes => {
        waiting.signature = this.#cut(bytes)
      },
      cause => {
        throw answeredWith(cause)
      },
    )
    // Whoever calls `finish` is told; a stream that is dropped before must not end the process.
    signed.catch(() => undefined)
    return signed
  }

  #cut(signature: Uint8Array): Uint8Array {
    const { signatureBytes } = algorithms[this.#signer.algorithm]
    const fits =
      signature instanceof Uint8Array &&
      (this.#signer.algorithm === 'HMAC-SHA256'
        ? signature.length >= signatureBytes
        : signature.length === signatureBytes)
    if (!fits) throw failed(`it gave ${signature?.length} bytes, not ${signatureBytes}`)
    return signature.slice(0, signatureBytes)
  }
}

const thumbprints = new WeakMap<Signer, Uint8Array>()

/** The 32 bytes of the signer's key id, the same array each time; nobody may write to it. */
export function thumbprintOf(signer: Signer): Uint8Array {
  if (typeof signer?.sign !== 'function') throw new TypeError('Cannot seal without a signer')
  const known = thumbprints.get(signer)
  if (known) return known
  if (!Object.hasOwn(algorithms, signer.algorithm)) {
    throw new RangeError(`Cannot seal with the algorithm "${String(signer.algorithm)}"`)
  }
  const thumbprint = typeof signer.keyId === 'string' ? fromBase64url(signer.keyId) : undefined
  if (thumbprint?.length !== 32) {
    throw new RangeError(`Cannot seal with the key id "${signer.keyId}": it is no RFC 7638 thumbprint`)
  }
  thumbprints.set(signer, thumbprint)
  return thumbprint
}

/** What `#cut` refused says so itself. */
function answeredWith(cause: unknown): SealError {
  return cause instanceof SealError ? cause : failed('it answered with an error', cause)
}

function failed(why: string, cause?: unknown): SealError {
  return new SealError(`Cannot sign a segment: ${why}`, { code: 'SIGNER_FAILED', cause })
}

function timedOut(timeoutMs: number, count: number): SealError {
  return new SealError(`Cannot finish the seal: ${count} signatures are missing after ${timeoutMs} ms`, {
    code: 'SIGNER_TIMEOUT',
  })
}
