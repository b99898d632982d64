/** Every flipped bit of a C2PA-signed text is noticed: all eight bits of every byte of words, wrapper and boxes. `--break` signs nothing and must fail. */
import { parseArgs } from 'node:util'
import {
  createC2paSigner,
  createDevelopmentChain,
  type DevelopmentAlgorithm,
  encodeWrapper,
  signText,
  type TrustList,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'
import { keepResults } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const end = Date.now() + Number(values.minutes) * 60_000
const words = 'Pay 100 €.'
let tried = 0
let unnoticed = 0
let complete = true

for (const algorithm of ['ES256', 'Ed25519', 'PS256', 'ES384'] as const) await flipAll(algorithm)
const verdict = `${tried} flips, ${unnoticed} unnoticed${complete ? '' : ', time ran out'}`
console.log(verdict)
if (values.keep)
  keepResults('c2pa-flips', 'Every flipped bit of a C2PA-signed text is noticed.', [
    ['flips', String(tried)],
    ['unnoticed', String(unnoticed)],
    ['all algorithms tried', String(complete)],
  ])
process.exitCode = unnoticed > 0 || tried === 0 ? 1 : 0

async function flipAll(algorithm: DevelopmentAlgorithm): Promise<void> {
  const { privateKey, chain, root } = await createDevelopmentChain({ algorithm })
  const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
  const trust = trustAnchors(root, { allowDevelopment: true })
  const claims = { model: 'demo' }
  const { text, manifest } = await signText(words, { signer, claims, streamId: '0123456789abcdef' })
  await flipEach(manifest, `${algorithm}, manifest`, trust, altered => words + encodeWrapper(altered))
  await flipEach(new TextEncoder().encode(text), `${algorithm}, text`, trust, altered =>
    new TextDecoder().decode(altered),
  )
}

async function flipEach(
  bytes: Uint8Array,
  what: string,
  trust: TrustList,
  toText: (altered: Uint8Array) => string,
): Promise<void> {
  for (let place = 0; place < bytes.length * 8; place++) {
    if (Date.now() > end) complete = false
    if (!complete || unnoticed > 20) return
    const altered = new Uint8Array(bytes)
    const at = place >> 3
    altered[at] = (altered[at] ?? 0) ^ (values.break ? 0 : 1 << (place & 7))
    const { state } = await verifyText(toText(altered), { trust })
    tried++
    if (place % 5000 === 0) console.log(`${what}: byte ${at} of ${bytes.length}`)
    if (state === 'invalid' || state === 'unmarked') continue
    unnoticed++
    console.error(`${what}: bit ${place & 7} of byte ${at}: ${state}`)
  }
}
