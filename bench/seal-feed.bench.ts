/**
 * Feeding a megabyte to one sealer in pieces of five characters, against counting the letters of each piece. The goal is
 * one microsecond a piece.
 */
import { createSealer, createSigner, generateKeys } from '@streamseal/seal'
import type { Benchmark } from './harness.ts'

const sentence =
  'The keeper wrote down the weather every evening, and on most evenings there was little to write. '
const pieces = sentence.repeat(10_000).match(/.{5}/gs) ?? []
const { privateJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)

function feedAll(): number {
  const sealer = createSealer({ signer, claims: { model: 'demo' } })
  let sent = 0
  for (const piece of pieces) sent += sealer.feed(piece).length
  return sent
}

function countLetters(): number {
  let letters = 0
  for (const piece of pieces) for (const character of piece) if (/\p{L}/u.test(character)) letters += 1
  return letters
}

/** Measured in `npm run bench -- seal-feed`. */
export const benchmark: Benchmark = {
  what: `${pieces.length} pieces of 5 characters`,
  baseline: { name: 'letters counted', run: countLetters },
  candidates: [{ name: 'fed', run: feedAll, ratio: 7 }],
}
