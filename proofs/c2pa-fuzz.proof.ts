/** No text makes the C2PA verifier throw, hang or believe: mutated wrappers, boxes, nested manifests, CBOR, certificates, tokens, armour and pages. `--break` believes everything and must fail. */
import { parseArgs } from 'node:util'
import {
  createC2paSigner,
  createDevelopmentChain,
  encodeWrapper,
  inspectText,
  reportTree,
  signHtml,
  signStructuredText,
  signText,
  stripText,
  type TextCarrier,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'
import { ingredientBox, referencesTo, signBox, storeOf } from '../packages/c2pa/src/test/nested-manifests.ts'
import { keepResults } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const end = Date.now() + Number(values.minutes) * 60_000
let state = Number(values.seed)
console.log(`seed ${values.seed}`)

/** A small generator (mulberry32) that the seed decides. */
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below
}
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item

const words = 'Pay 100 €. The cat sat on the mat.'
const { privateKey, chain, root } = await createDevelopmentChain()
const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
const trust = trustAnchors(root, { allowDevelopment: true })
const options = {
  signer,
  claims: { model: 'demo', title: 'x', ingredients: [{ title: 'y', relationship: 'inputTo' as const }] },
}
const signed = await signText(words, { ...options, streamId: '0123456789abcdef' })
const older = await signBox(signer, 1, 'An older text.')
const newer = await signBox(signer, 2, 'A newer text.', [ingredientBox(await referencesTo(older))])
/** A manifest whose ingredient has a manifest, whose ingredient has one too. */
const nestedStore = storeOf(
  older,
  newer,
  await signBox(signer, 3, words, [ingredientBox(await referencesTo(newer))]),
)
const code = await signStructuredText('print(1)\n', { ...options, comment: '#' })
const page = await signHtml('<html><head></head><body>x</body></html>', options)

/** Bytes that mean something in one of the formats: lengths, heads, tags. */
const interesting = [
  0, 1, 0x1b, 0x1f, 0x20, 0x30, 0x31, 0x40, 0x5b, 0x7f, 0x80, 0x9b, 0x9f, 0xa0, 0xbf, 0xd2, 0xf6, 0xff,
]

function mutateBytes(bytes: Uint8Array): Uint8Array {
  let out = Uint8Array.from(bytes)
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(out.length + 1)
    const length = 1 + random(random(8) === 0 ? 400 : 6)
    const part = out.slice(at, at + length)
    const noise = Uint8Array.from({ length }, () => (random(2) ? pick(interesting) : random(256)))
    out = pick([
      () => Uint8Array.of(...out.slice(0, at), ...noise, ...out.slice(at + length)),
      () => Uint8Array.of(...out.slice(0, at), ...noise, ...out.slice(at)),
      () => Uint8Array.of(...out.slice(0, at), ...out.slice(at + length)),
      () => Uint8Array.of(...out.slice(0, at), ...part, ...part, ...out.slice(at + length)),
      () => out.slice(0, at),
    ])()
  }
  return out
}

const snippets = [
  '\uFEFF',
  '\uFE00',
  '\u{E01EF}',
  '\u0301',
  '-----BEGIN C2PA MANIFEST-----',
  '-----END C2PA MANIFEST-----',
  '<script type="application/c2pa">',
  '</script>',
  '<link rel="c2pa-manifest" href="x">',
  'data:application/c2pa;base64,',
  '\uD800',
  'é',
]

function mutateText(text: string): string {
  const at = random(text.length + 1)
  const length = random(12)
  return pick([
    () => text.slice(0, at) + pick(snippets).repeat(1 + random(50)) + text.slice(at),
    () => text.slice(0, at) + text.slice(at + length),
    () => text + text.slice(at),
    () => text.slice(at) + text.slice(0, at),
  ])()
}

const flood = (): string => pick(snippets).repeat(10_000 + random(20_000)) + (random(2) ? signed.text : '')
const nested = (byte: number): string =>
  words + encodeWrapper(new Uint8Array(20_000 + random(20_000)).fill(byte))

function sample(): { text: string; carrier: TextCarrier; manifest?: Uint8Array<ArrayBuffer> } {
  return pick([
    () => ({ text: words + encodeWrapper(mutateBytes(signed.manifest)), carrier: 'wrapper' as const }),
    () => ({
      text: words,
      carrier: 'wrapper' as const,
      manifest: Uint8Array.from(mutateBytes(signed.manifest)),
    }),
    () => ({
      text: words,
      carrier: 'wrapper' as const,
      manifest: Uint8Array.from(mutateBytes(nestedStore)),
    }),
    () => ({ text: mutateText(signed.text), carrier: 'wrapper' as const }),
    () => ({ text: mutateText(code.text), carrier: 'structured' as const }),
    () => ({ text: mutateText(page.text), carrier: 'html' as const }),
    () =>
      random(40)
        ? { text: mutateText(signed.text), carrier: 'wrapper' as const }
        : { text: flood(), carrier: pick(['wrapper', 'structured', 'html'] as const) },
    () =>
      random(40)
        ? { text: mutateText(words), carrier: 'wrapper' as const }
        : { text: nested(pick(interesting)), carrier: 'wrapper' as const },
  ])()
}

/** Whether a text may be believed: it is one of the signed ones, up to normalisation, with its own manifest. */
function mayBelieve(text: string, manifest: Uint8Array | undefined): boolean {
  if (values.break) return false
  const own = [signed.manifest, nestedStore]
  if (manifest) return text === words && own.some(each => Buffer.compare(manifest, each) === 0)
  return [signed, code, page].some(each => each.text.normalize('NFC') === text.normalize('NFC'))
}

const findings: string[] = []
let runs = 0
let slowestMs = 0
let shown = Date.now()
const believed = new Map<string, number>()
while (Date.now() < end && findings.length < 10) {
  const { text, carrier, manifest } = values.break
    ? { text: signed.text, carrier: 'wrapper' as const }
    : sample()
  const before = state
  const start = process.cpuUsage()
  try {
    const report = await verifyText(text, { trust, carrier, ...(manifest && { manifest }) })
    const believes = report.state === 'trusted' || report.state === 'valid'
    if (believes && !mayBelieve(text, manifest))
      findings.push(`believed (state ${before}): ${JSON.stringify(report.text).slice(0, 200)}`)
    believed.set(report.state, (believed.get(report.state) ?? 0) + 1)
    reportTree(report)
    inspectText(text, { carrier })
    stripText(text)
  } catch (error) {
    findings.push(`threw (state ${before}): ${String(error)}`)
  }
  // Processor time: on a busy machine the clock on the wall says how long this process had to wait.
  const { user, system } = process.cpuUsage(start)
  const took = (user + system) / 1000
  slowestMs = Math.max(slowestMs, took)
  // A flood of 30,000 long snippets is about a megabyte; a second for it would not be linear.
  if (took > 2000) findings.push(`took ${took.toFixed(0)} ms for ${text.length} characters (state ${before})`)
  runs++
  if (Date.now() - shown > 20_000) {
    shown = Date.now()
    console.log(`${runs} texts, slowest ${slowestMs.toFixed(0)} ms, ${findings.length} findings`)
  }
}
for (const each of findings) console.error(each)
const states = [...believed].map(([name, count]) => `${name} ${count}`).join(', ')
console.log(`${runs} texts (${states}), slowest ${slowestMs.toFixed(0)} ms, ${findings.length} findings`)
if (values.keep)
  keepResults('c2pa-fuzz', 'No text makes the C2PA verifier throw, hang or believe.', [
    ['texts', String(runs)],
    ['minutes', values.minutes],
    ['seed', values.seed],
    ['slowest', `${slowestMs.toFixed(0)} ms`],
    ['findings', String(findings.length)],
  ])
process.exitCode = findings.length > 0 || runs === 0 ? 1 : 0
