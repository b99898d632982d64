/**
 * Sealing, verifying and stripping a long English answer, against looking at each of its characters once. The text comes
 * in pieces of about four characters, as tokens do; each run makes a new sealer. In Node: native hashing and Ed25519.
 */
import { createSealer, createSigner, generateKeys, seal, strip, trustList, verify } from '@streamseal/seal'
import type { Benchmark } from './harness.ts'

const paragraph =
  'The lighthouse stood on the last rock of the coast. Its keeper wrote down the weather every evening, ' +
  'and on most evenings there was little to write: wind from the west, rain before midnight, two ships. '
const text = Array.from({ length: 50 }, (_, index) => `${index + 1}. ${paragraph}`).join('\n\n')
const pieces = text.match(/.{1,4}/gsu) ?? []

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const claims = { model: 'demo' }
const trust = trustList(publicJwk)
const sealed = await seal(text, { signer, claims })

function countLetters(): number {
  let letters = 0
  for (const character of text) if (/\p{L}/u.test(character)) letters += 1
  return letters
}

async function sealInPieces(): Promise<string> {
  const sealer = createSealer({ signer, claims })
  let sent = ''
  for (const piece of pieces) sent += sealer.feed(piece)
  return sent + (await sealer.finish()).text
}

/** Measured in `npm run bench -- seal`. */
export const benchmark: Benchmark = {
  what: `an answer of ${text.length} characters in ${pieces.length} pieces`,
  baseline: { name: 'its letters counted', run: countLetters },
  candidates: [
    { name: 'sealed as it streams', run: sealInPieces, ratio: 17 },
    { name: 'verified, intact', run: () => verify(sealed.text, { ...sealed, trust }), ratio: 6 },
    { name: 'stripped', run: () => strip(sealed.text), ratio: 3.5 },
  ],
}
