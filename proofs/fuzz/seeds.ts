/** Texts that fuzzing starts from: answers, sealed in every way, and payloads of other systems. */
import { readdirSync, readFileSync } from 'node:fs'
import { encodeClaims } from '../../packages/seal/src/claims-codec.ts'
import { UnicodeMetadata } from '../../packages/seal/src/encypher/index.ts'
import { MetadataEncoder } from '../../packages/seal/src/encypher/metadata-encoder.ts'
import { type SealOptions, seal } from '../../packages/seal/src/index.ts'
import { unmark } from '../../packages/seal/src/unmark.ts'
import { privateJwk, secretSigner, signer } from '../../packages/seal/testing/keys.ts'

const claims = {
  provider: 'openai',
  model: ['gpt-5-mini', 'demo'],
  issuedAt: '2026-11-21T08:00:00Z',
  verifyUrl: 'https://issuer.example/verify',
  ingredients: [{ streamId: '00112233445566ff' }],
  custom: { nested: [1, -2, 0.5, null, true, 'é'] },
}

/** Answers such as language models give. */
export const answers: readonly string[] = readdirSync('packages/seal/src/corpus')
  .filter(name => name.endsWith('.md'))
  .sort()
  .map(name => readFileSync(`packages/seal/src/corpus/${name}`, 'utf8'))

/** A sealed text, and what is kept beside it. */
export interface SealedSeed {
  text: string
  detached: string | undefined
}

/** The answers, sealed; the same at every call. */
export async function sealedSeeds(): Promise<SealedSeed[]> {
  const seeds: SealedSeed[] = []
  for (const [index, answer] of answers.entries()) {
    const options = {
      signer: index % 3 === 0 ? secretSigner : signer,
      claims: index % 2 === 0 ? claims : { model: 'demo' },
      streamId: (0x1000 + index).toString(16).padStart(16, '0'),
      segmentChars: 200 + 150 * (index % 4),
      ...(index % 5 === 4 && { profile: 'light' as const }),
      ...(index % 7 === 6 && { format: 'plain' as const }),
    } satisfies SealOptions
    const { text, detached } = await seal(answer, options)
    seeds.push({ text, detached })
  }
  return seeds
}

/** Texts with Encypher's payloads, and a C2PA wrapper. */
export function foreignSeeds(): string[] {
  const metadata = { model_id: 'gpt-4', timestamp: 1711843200, organization: 'Example' }
  const text = 'Hello, world! This is a text that carries metadata.'
  const embedded = (['json', 'basic', 'manifest', 'cbor_manifest', 'jumbf'] as const).map(format =>
    UnicodeMetadata.embedMetadata({
      text,
      metadata,
      format,
      ...(format === 'json' ? { hmacSecretKey: 'secret' } : { privateKey: privateJwk, signerId: 'fuzz' }),
    }),
  )
  const wrapper = [0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0, 1, 0, 0, 0, 4, 1, 2, 3, 4]
    .map(byte => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
    .join('')
  return [
    ...embedded,
    UnicodeMetadata.embedMetadata({ text, metadata, compat: '1.0' }),
    new MetadataEncoder({ hmacSecretKey: 'secret' }).encodeMetadata(text, metadata),
    `${text}\ufeff${wrapper}`,
  ]
}

/** Bytes of claims and payloads, as characters U+0000 to U+00FF. */
export function byteSeeds(sealed: readonly SealedSeed[]): string[] {
  const payloads = sealed.flatMap(({ text }) => unmark(text).marks.map(({ payload }) => payload))
  const all = [encodeClaims(claims), encodeClaims({ model: 'demo' }), ...payloads.slice(0, 60)]
  return all.map(bytes => Buffer.from(bytes).toString('latin1'))
}
