/** `verify` and `seal`: a report for any string, no forgery, and what was sealed verifies. */
import {
  createSealer,
  type Report,
  type SealerOptions,
  strip,
  trustList,
  verify,
} from '../../packages/seal/src/index.ts'
import { publicJwk, secretJwk, secretSigner, signer } from '../../packages/seal/testing/keys.ts'
import { holds } from './finding.ts'

const trust = trustList([publicJwk, secretJwk])
const statuses = new Set([
  ...['intact', 'reformatted', 'excerpt', 'truncated', 'altered', 'unknown-signer', 'invalid', 'unsealed'],
])
/** Every text that our keys sealed, without marks, in NFC. */
const originals = new Set<string>()

/** Tells that our keys sealed `text`: a report may say so. */
export function weSealed(text: string): void {
  originals.add(strip(text).normalize('NFC'))
}

/** Verifies `input`; behind U+0000 U+0001 comes what was kept beside it. */
export async function verifyAny(input: string): Promise<void> {
  const [text = '', detached] = input.split('\0\x01')
  const report = await verify(text, { trust, ...(detached !== undefined && { detached }) })
  checkReport(report, text)
  checkOrigin(report)
}

function checkReport(report: Report, text: string): void {
  holds(report.text === strip(text), 'verify().text is strip()')
  holds(statuses.has(report.status), 'verify() has a known status')
  const ranges = [...report.unsealed, ...report.seals.flatMap(seal => seal.segments)]
  for (const { start, end } of ranges)
    holds(start >= 0 && start <= end && end <= report.text.length, 'verify() stays in its text')
  for (const { start, end } of report.foreign)
    holds(start >= 0 && start < end && end <= text.length, 'verify().foreign stays in the given text')
  holds(report.status !== 'unsealed' || report.seals.length === 0, 'an unsealed text has no seal')
  for (const seal of report.seals)
    holds(
      !seal.claims || (seal.signature === 'valid' && seal.signer === 'trusted'),
      'claims are shown of trusted signers only',
    )
  JSON.stringify(report)
}

/** Nothing is intact that our keys did not sign. */
function checkOrigin(report: Report): void {
  if (report.status === 'intact')
    holds(originals.has(report.text.normalize('NFC')), 'what is intact was sealed')
  for (const seal of report.seals) {
    if (seal.signature !== 'valid') continue
    for (const { start, end, status } of seal.segments) {
      const passage = report.text.slice(start, end).normalize('NFC')
      if (status === 'intact') holds(isOriginal(passage), 'a passage that is intact was sealed')
    }
  }
}

function isOriginal(passage: string): boolean {
  for (const original of originals) if (original.includes(passage)) return true
  return false
}

const optionSets: readonly Partial<SealerOptions>[] = [
  {},
  { profile: 'light' },
  { format: 'plain' },
  { segmentChars: 64 },
  { signer: secretSigner, segmentChars: 100 },
]

/** Seals `input` in slices: what comes out is the text with marks, and verifies. */
export async function sealAndVerify(input: string): Promise<void> {
  const text = strip(input)
  const options = optionSets[text.length % optionSets.length] as Partial<SealerOptions>
  const sealer = createSealer({ signer, claims: { model: 'demo' }, streamId: '00112233445566ff', ...options })
  const middle = text.length >> 1
  let sent = sealer.feed(text.slice(0, middle)) + sealer.feed(text.slice(middle))
  holds(strip(sent) === text, 'every character has been sent')
  const end = await sealer.finish('complete')
  sent += end.text
  holds(strip(sent) === text, 'what was sealed is the text and marks')
  const report = await verify(sent, { trust, ...(end.detached !== undefined && { detached: end.detached }) })
  checkReport(report, sent)
  // A lone half of a surrogate pair has no UTF-8, and cannot be told from U+FFFD.
  if (text !== '' && !/\p{Surrogate}/u.test(text))
    holds(report.status === 'intact', `what was sealed is intact, not ${report.status}`)
  const twice = await verify(sent, { trust })
  checkReport(twice, sent)
}
