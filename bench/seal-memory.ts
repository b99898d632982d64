/**
 * What a live sealer holds: the heap and what Node counts outside it (not OpenSSL's own), after the garbage is collected,
 * over a thousand sealers that were fed as much in pieces of five characters; and how much they grow while they take
 * 10 MB together. `npm run seal-memory`, which gives Node `--expose-gc`.
 */
import { createSealer, createSigner, generateKeys, type Sealer } from '@streamseal/seal'

const { privateJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk, { issuer: 'https://issuer.example' })
const claims = { provider: 'a provider', model: 'a-model-5', verifyUrl: 'https://issuer.example/verify' }
/** Plain prose, and what a sealer has most to remember of: characters of two bytes, rows without a place, constructs in every line. */
const texts = {
  prose: 'The keeper wrote down the weather every evening, and on most evenings there was little. '.repeat(
    60,
  ),
  'Russian with markup':
    'Он записывал погоду каждый вечер, и почти всегда писать было не о чем. Смотри [журнал](https://x.y/а) и <b>башню</b>.\n\n- строка & [ссылка](https://x.y "слово")\n  - вторая\n\n| имя | высота башни в метрах |\n|---|---|\n| башня | сорок два метра |\n\n```\nкод и снова код, строка за строкой\n```\n\n'.repeat(
      20,
    ),
}
const count = 1_000

async function heldBytes(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function feed(sealer: Sealer, text: string, units: number, pieceUnits: number): Sealer {
  for (let at = 0; at < units; at += pieceUnits) {
    const from = at % (text.length - pieceUnits)
    sealer.feed(text.slice(from, from + pieceUnits))
  }
  return sealer
}

const make = (text: string, units: number) => feed(createSealer({ signer, claims }), text, units, 5)

/** What `grow` adds to each of the sealers, which it is given. */
async function bytesOf(sealers: Sealer[], grow: (index: number) => Sealer): Promise<number> {
  const before = await heldBytes()
  for (let index = 0; index < count; index++) sealers[index] = grow(index)
  const bytes = ((await heldBytes()) - before) / count
  return Math.round(bytes)
}

for (const text of Object.values(texts)) feed(make(text, 0), text, 1_000_000, 5)
for (const [name, text] of Object.entries(texts)) {
  for (const units of [0, 50, 150, 400, 700, 1_500, 3_300]) {
    const sealers: Sealer[] = []
    const bytes = await bytesOf(sealers, () => make(text, units))
    console.log(`${bytes} bytes a sealer that was fed ${units} characters of ${name}`)
    sealers.length = 0
  }
}

const sealers = Array.from({ length: count }, () => make(texts.prose, 3_300))
const grown = await bytesOf(sealers, index => feed(sealers[index] as Sealer, texts.prose, 10_000, 50))
console.log(`${grown} bytes a sealer more after 10,000 characters, 10 MB in all`)
sealers.length = 0
