/**
 * Verifying ten megabytes of sealed English, against the least that could do the job: its normal form (NFC) and one
 * SHA-256 of it. The goal is three times that.
 */
import { createHash } from 'node:crypto'
import { createSigner, generateKeys, seal, strip, trustList, verify } from '@streamseal/seal'
import type { Benchmark } from './harness.ts'

const sentence =
  'The keeper wrote down the weather every evening, and on most evenings there was little to write. '
const text = sentence.repeat(Math.ceil(10_000_000 / sentence.length)).trimEnd()
const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const trust = trustList(publicJwk)
const sealed = await seal(text, { signer: await createSigner(privateJwk), claims: { model: 'demo' } })

/** Measured in `npm run bench -- seal-verify`. */
export const benchmark: Benchmark = {
  what: `${text.length} characters, sealed`,
  baseline: {
    name: 'NFC and SHA-256',
    run: () => createHash('sha256').update(sealed.text.normalize('NFC')).digest(),
  },
  candidates: [
    { name: 'verified, intact', run: () => verify(sealed.text, { ...sealed, trust }), ratio: 2 },
    { name: 'stripped', run: () => strip(sealed.text), ratio: 0.8 },
  ],
}
