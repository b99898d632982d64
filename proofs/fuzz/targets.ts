/** What is fuzzed: each reader of untrusted text with what it promises. */
import { fromDigits, toDigits } from '../../packages/seal/src/base238.ts'
import { MalformedBytes } from '../../packages/seal/src/bytes.ts'
import { decodeCbor } from '../../packages/seal/src/cbor.ts'
import { decodeClaims } from '../../packages/seal/src/claims-codec.ts'
import { decodeDetached, encodeDetached } from '../../packages/seal/src/detached.ts'
import { CborReadError, readCbor } from '../../packages/seal/src/encypher/cbor.ts'
import {
  type Ed25519Jwk,
  JsonReadError,
  MetadataEncoder,
  readPythonJson,
  UnicodeMetadata,
} from '../../packages/seal/src/encypher/index.ts'
import { readJumbf } from '../../packages/seal/src/encypher/jumbf.ts'
import { frame, unframe } from '../../packages/seal/src/frame.ts'
import { inspect, sanitize, strip } from '../../packages/seal/src/index.ts'
import { decodePayload } from '../../packages/seal/src/payload.ts'
import { readings } from '../../packages/seal/src/readings.ts'
import { skeletonOf } from '../../packages/seal/src/skeleton.ts'
import { Unmarker, unmark } from '../../packages/seal/src/unmark.ts'
import { publicJwk } from '../../packages/seal/testing/keys.ts'
import { holds } from './finding.ts'
import { scanInSlices } from './scan.ts'
import { sealAndVerify, verifyAny } from './verified.ts'

/** A function under test and its promises. */
export interface Target {
  name: string
  /** Its input is bytes, written as characters U+0000 to U+00FF. */
  takesBytes?: boolean
  /** Throws where a promise does not hold. */
  run: (input: string) => void | Promise<void>
  /** How many inputs a turn takes; slow targets take fewer. */
  turn?: number
}

const publicKey = publicJwk as Ed25519Jwk
const encoder = new MetadataEncoder({ hmacSecretKey: 'secret' })

export const targets: readonly Target[] = [
  { name: 'verify', run: verifyAny, turn: 20 },
  { name: 'seal', run: sealAndVerify, turn: 10 },
  { name: 'inspect', run: inspectAny },
  { name: 'strip', run: stripAny },
  { name: 'sanitize', run: sanitizeAny },
  { name: 'scanner', run: scanInSlices, turn: 30 },
  { name: 'skeleton', run: readAny, turn: 30 },
  { name: 'detached', run: text => void decodeAgain(decodeDetached(text)) },
  { name: 'encypher', run: readEncypher },
  { name: 'encypher-json', run: text => void allowing(JsonReadError, () => readPythonJson(text)) },
  {
    name: 'encypher-cbor',
    takesBytes: true,
    run: text => void allowing(CborReadError, () => readCbor(bytesOf(text))),
  },
  { name: 'encypher-jumbf', takesBytes: true, run: text => void readJumbf(bytesOf(text)) },
  { name: 'base238', takesBytes: true, run: readDigits },
  {
    name: 'cbor',
    takesBytes: true,
    run: text => void allowing(MalformedBytes, () => decodeCbor(bytesOf(text))),
  },
  {
    name: 'claims',
    takesBytes: true,
    run: text => void allowing(MalformedBytes, () => decodeClaims(bytesOf(text))),
  },
  { name: 'payload', takesBytes: true, run: text => void decodePayload(bytesOf(text)) },
]

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0) & 0xff)
}

/** Runs `read`; the error that it announces is an answer, any other is a finding. */
function allowing(announced: new (...args: never[]) => Error, read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof announced)) throw error
  }
}

function inspectAny(text: string): void {
  const { text: stripped, marks, seals, foreign } = inspect(text)
  holds(stripped === strip(text), 'inspect().text is strip()')
  for (const { start, end } of [...marks, ...foreign])
    holds(start >= 0 && start < end && end <= text.length, 'inspect() stays in the text')
  for (const { kind, start, end } of foreign)
    holds(
      kind !== 'selectors' || /[\ufe00-\ufe0f\udd00-\uddef]/.test(text.slice(start, end)),
      'inspect() names what is there',
    )
  holds(seals.length <= marks.length, 'inspect() has a mark for each seal')
}

function stripAny(text: string): void {
  const once = strip(text)
  holds(strip(once) === once, 'strip() is idempotent')
  holds(
    once.length <= text.length && (once !== text || unmark(text).marks.length === 0),
    'strip() takes marks',
  )
  holds(strip(text, { also: ['encypher', 'c2pa'] }).length <= once.length, 'strip() takes more where asked')
  const unmarker = new Unmarker()
  const cut = sliceableAt(text, text.length >> 1)
  const joined = unmarker.push(text.slice(0, cut)) + unmarker.push(text.slice(cut)) + unmarker.end()
  holds(joined === once, 'a text stripped in two pieces is the text stripped')
}

/** The nearest place that is not inside a surrogate pair. */
function sliceableAt(text: string, index: number): number {
  const isInside = /[\udc00-\udfff]/.test(text[index] ?? '') && /[\ud800-\udbff]/.test(text[index - 1] ?? '')
  return isInside ? index - 1 : index
}

function sanitizeAny(text: string): void {
  const { text: clean, removed } = sanitize(text)
  let kept = ''
  let from = 0
  for (const { start, end, count } of removed) {
    holds(start >= from && start < end && end <= text.length, 'sanitize() reports what it took, in order')
    holds(count === [...text.slice(start, end)].length, 'sanitize() counts what it took')
    kept += text.slice(from, start)
    from = end
  }
  holds(kept + text.slice(from) === clean, 'sanitize() took what it reports')
  holds(sanitize(clean).removed.length === 0, 'sanitize() is idempotent')
  holds(strip(clean) === clean, 'sanitize() leaves no mark')
}

function readAny(text: string): void {
  for (const reading of readings) {
    const { chars, offsets } = skeletonOf(text, reading)
    let before = 0
    for (const offset of offsets) {
      holds(offset >= before && offset <= text.length, 'offsets of a skeleton ascend within the text')
      before = offset
    }
    holds(chars.length <= 64 + 24 * text.length, 'a skeleton is not much longer than its text')
  }
}

function decodeAgain(payloads: Uint8Array[] | undefined): void {
  if (payloads === undefined) return
  const again = decodeDetached(encodeDetached(payloads))
  holds(JSON.stringify(again) === JSON.stringify(payloads), 'what was decoded can be encoded')
}

function readDigits(text: string): void {
  const bytes = bytesOf(text)
  const again = fromDigits(toDigits(bytes))
  holds(again !== undefined && Buffer.compare(again, bytes) === 0, 'bytes come back from their digits')
  const digits = bytes.map(byte => byte % 238)
  const read = fromDigits(digits)
  holds(
    read === undefined || Buffer.compare(toDigits(read), digits) === 0,
    'digits come back from their bytes',
  )
  const payload = unframe(digits)
  holds(payload === undefined || unmark(frame(payload)).marks.length === 1, 'what was unframed can be framed')
}

function readEncypher(text: string): void {
  UnicodeMetadata.extractMetadata(text)
  UnicodeMetadata.extractBytes(text)
  UnicodeMetadata.verifyMetadata(text, { hmacSecretKey: 'secret', resolveKey: () => publicKey })
  encoder.decodeMetadata(text)
  const { cleanText } = encoder.verifyText(text)
  holds(cleanText.length <= text.length, 'verifyText() takes characters only')
}
