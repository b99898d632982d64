/** Attacks that need more than a text: several streams, closings beside the text, marks that were made again. The rest of the rows of docs/seal-attacks.md. */
import { encodeDetached } from '../src/detached.ts'
import { signedBytes } from '../src/digests.ts'
import { frame } from '../src/frame.ts'
import { type SealerOptions, type Signer, seal, strip } from '../src/index.ts'
import { type Closing, decodePayload, encodeFields, encodeSigned, type Segment } from '../src/payload.ts'
import { thumbprintOf } from '../src/signing-queue.ts'
import { unmark } from '../src/unmark.ts'
import { marks, options, other, parts, sealed, text, type Verdict } from './attacks.ts'
import { otherSigner, secretSigner, signer } from './keys.ts'
import { prose } from './texts.ts'

/** A row: what is verified, and what is said of it. */
export interface StreamAttack {
  name: string
  text: string
  detached?: string
  verdict: Verdict
}

const light: SealerOptions = { ...options, profile: 'light' }
const lightA = (await seal(prose(4), { ...light, streamId: '00000000000000a1' })).text
const lightB = (await seal(prose(4, 20), { ...light, streamId: '00000000000000b1' })).text
const bareA = strip(lightA)
const bareB = strip(lightB)
const besideText = 'const answer = 42\n'
const beside = (await seal(besideText, { ...options, format: 'code' })).detached as string
const allBeside = encodeDetached(unmark(sealed).marks.map(({ payload }) => payload))
const quoted = await seal(`They gave this answer: ${sealed} We think that it is good.`, {
  ...options,
  streamId: 'dddddddddddddddd',
})
const shared = await seal(prose(4), { ...light, signer: secretSigner })

/** The seal's closing with other numbers, signed by `by`. */
function resigned(change: (closing: Closing) => void, by: Signer): string {
  const mark = unmark(sealed).marks.at(-1)
  const closing = mark && decodePayload(mark.payload)?.payload
  if (!mark || closing?.kind !== 'closing') throw new TypeError('no closing')
  change(closing)
  const fields = encodeFields(closing)
  const signature = by.sign(signedBytes('closing', thumbprintOf(signer), fields)) as Uint8Array
  return (
    sealed.slice(0, mark.start) + frame(encodeSigned(fields, closing.lag, signature)) + sealed.slice(mark.end)
  )
}

/** The words of these segments in the opposite order, and behind them all their marks, with lags that say where each now ends. */
function turnedRound(indexes: readonly number[]): string {
  const segments = indexes.map(index => ({ part: parts[index] as string, mark: segmentOf(parts[index]) }))
  const lag = { exact: 0, skeleton: 0 }
  const moved = segments.map(({ mark: { payload, fields } }) => {
    const mark = frame(encodeSigned(fields, lag, payload.signature))
    lag.exact += payload.extent.exactLength
    lag.skeleton += payload.extent.skeletonLength
    return mark
  })
  return [...segments.reverse().map(({ part }) => strip(part)), ...moved].join('')
}

function segmentOf(part = ''): { payload: Segment; fields: Uint8Array } {
  const mark = unmark(part).marks[0]
  const decoded = mark && decodePayload(mark.payload)
  if (decoded?.payload.kind !== 'segment') throw new TypeError('no segment')
  return { payload: decoded.payload, fields: decoded.fields }
}

export const streamAttacks: StreamAttack[] = [
  {
    name: 'the closings of two light texts exchanged',
    text: `${bareA}${lightB.slice(bareB.length)}\n\n${bareB}${lightA.slice(bareA.length)}`,
    verdict: { status: 'altered', seal: { content: 'altered' } },
  },
  {
    name: 'half of a light text',
    text: lightA.slice(bareA.length / 2),
    verdict: { status: 'altered', seal: { content: 'altered' } },
  },
  {
    name: 'a light closing moved to the front',
    text: lightA.slice(bareA.length) + bareA,
    verdict: { status: 'altered' },
  },
  {
    name: 'a light closing moved into the middle',
    text: bareA.slice(0, 60) + lightA.slice(bareA.length) + bareA.slice(60),
    verdict: { status: 'altered' },
  },
  {
    name: 'three passages turned round, their marks moved behind them in order',
    text: turnedRound([0, 2, 4]),
    verdict: { status: 'altered', seal: { order: 'reordered', content: 'intact', signature: 'valid' } },
  },
  {
    name: 'the same, white space folded',
    text: turnedRound([0, 2, 4]).replaceAll(', ', ',\n'),
    verdict: { status: 'altered', seal: { order: 'reordered', content: 'altered' } },
  },
  {
    name: 'every mark doubled',
    text: parts.map((part, i) => part + marks[i]).join(''),
    verdict: { status: 'altered', seal: { order: 'reordered' } },
  },
  {
    name: 'the marks at each other’s places, the words as they were',
    text: parts.map((part, i) => strip(part) + marks[(i + 1) % marks.length]).join(''),
    verdict: { status: 'altered' },
  },
  {
    name: 'the opening of another stream',
    text: sealed + other.slice(other.indexOf('\u{e01ee}'), other.indexOf('\u{e01ef}') + 2),
    verdict: { status: 'altered' },
  },
  {
    name: 'a closing that counts more segments, not signed again',
    text: resigned(closing => closing.count++, otherSigner),
    verdict: { status: 'invalid' },
  },
  {
    name: 'a closing that counts fewer segments, not signed again',
    text: resigned(closing => closing.count--, otherSigner),
    verdict: { status: 'invalid' },
  },
  {
    name: 'a closing that counts more segments, by the key itself',
    text: resigned(closing => closing.count++, signer),
    verdict: { status: 'altered' },
  },
  {
    name: 'a closing that counts 2^53 − 1 segments, by the key itself',
    text: resigned(closing => {
      closing.count = Number.MAX_SAFE_INTEGER
    }, signer),
    verdict: { status: 'altered' },
  },
  {
    name: 'another ending, not signed again',
    text: resigned(closing => {
      closing.ending = 'failed'
    }, otherSigner),
    verdict: { status: 'invalid' },
  },
  {
    name: 'another format, not signed again',
    text: resigned(closing => {
      closing.format = 'code'
    }, otherSigner),
    verdict: { status: 'invalid' },
  },
  {
    name: 'what stands beside a text, beside another text',
    text: prose(3, 70),
    detached: beside,
    verdict: { status: 'altered', seal: { content: 'altered' } },
  },
  {
    name: 'what stands beside a text of several segments, beside another text',
    text: prose(3, 70),
    detached: allBeside,
    verdict: { status: 'altered' },
  },
  {
    name: 'what stands beside a text, beside another sealed text',
    text: other,
    detached: beside,
    verdict: { status: 'altered' },
  },
  {
    name: 'all marks beside the text, a word changed',
    text: text.replace('brass', 'grass'),
    detached: allBeside,
    verdict: { status: 'altered' },
  },
  {
    name: 'all marks beside the text, two passages exchanged',
    text: [parts[1], parts[0], ...parts.slice(2)].map(part => strip(String(part))).join(''),
    detached: allBeside,
    verdict: { status: 'altered' },
  },
  {
    name: 'all marks beside the text, the end cut off',
    text: text.slice(0, text.length / 2),
    detached: allBeside,
    verdict: { status: 'truncated', seal: { content: 'intact' } },
  },
  {
    name: 'code with a sign changed',
    text: besideText.replace('=', '=='),
    detached: beside,
    verdict: { status: 'altered' },
  },
  {
    name: 'code with a sign put behind it',
    text: besideText.replace('\n', ';\n'),
    detached: beside,
    verdict: { status: 'excerpt', unsealed: 1 },
  },
  {
    name: 'a sealed answer quoted in a sealed answer, untouched',
    text: quoted.text,
    verdict: { status: 'intact' },
  },
  {
    name: 'a sealed answer quoted in a sealed answer, a word changed in it',
    text: quoted.text.replace('brass', 'grass'),
    verdict: { status: 'altered', seal: { content: 'altered' } },
  },
  {
    name: 'a sealed answer quoted in a sealed answer, the words around it changed',
    text: quoted.text.replace('is good', 'is bad'),
    verdict: { status: 'altered' },
  },
  {
    name: 'a shared secret’s seal where only public keys are trusted',
    text: shared.text,
    verdict: { status: 'unknown-signer', seal: { signer: 'unknown', trustKind: 'shared-secret' } },
  },
]
