/** The seal end to end: endings, excerpts, honest handling, other systems, sizes, claims. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { issuer, secretSigner, secretTrust, signer, trust } from '../testing/keys.ts'
import { anyText, prose } from '../testing/texts.ts'
import {
  createSealer,
  type Ending,
  inspect,
  type SealerOptions,
  SealStream,
  sanitize,
  seal,
  strip,
  verify,
} from './index.ts'

const claims = {
  provider: 'openai',
  model: 'gpt-5-mini-2026-08-07',
  issuer,
  issuedAt: '2026-11-21T05:00:00Z',
  digitalSourceType: 'trainedAlgorithmicMedia',
  verifyUrl: `${issuer}/verify`,
}
const options: SealerOptions = { signer, claims }
const text = prose(40)

test.each<Ending>(['complete', 'aborted', 'length-limited', 'failed'])(
  'S3 the ending "%s" is recorded',
  async ending => {
    const sealed = await seal(text, { ...options, ending })
    const { seals, status } = await verify(sealed.text, { trust })
    expect(seals[0]).toMatchObject({ ending, coverage: 'whole' })
    expect(status).toBe('intact')
  },
)

test('S3 a missing closing is truncated, and no ending is reported', async () => {
  const sealer = createSealer(options)
  const { seals, status } = await verify(sealer.feed(text), { trust })
  expect(status).toBe('truncated')
  expect(seals[0]?.ending).toBeUndefined()
  expect(seals[0]?.claims?.model).toBe(claims.model)
})

test.each<[string, string]>([
  ['a fence', `${text}\n\n\`\`\`\ncode\n\`\`\`\n`],
  ['an open fence', `${text}\n\n\`\`\`\ncode`],
  ['emphasis', `${text}\n\n**Done.**`],
  ['a rule', `${text}\n\n---\n`],
  ['a setext underline', 'Title\n===\n'],
  ['a table row', '| a | b |\n|---|---|\n| c | d |'],
  ['a URL', 'See https://example.com/path'],
  ['a number', 'The answer is 42'],
  ['front matter', '---\ntitle: x\n---\n'],
  ['JSON', '{"a": 1}'],
  ['nothing', ''],
  ['one emoji', '🙂'],
  ['Chinese only', '你好世界。这里没有空格。'],
  ['half a surrogate pair', 'word \ud83d'],
])('S3 S9 a text that ends in %s is sealed whole, beside the text where it must be', async (_, given) => {
  const sealed = await seal(given, options)
  expect(strip(sealed.text)).toBe(given)
  const report = await verify(sealed.text, {
    trust,
    ...(sealed.detached !== undefined && { detached: sealed.detached }),
  })
  expect(report).toMatchObject({ status: 'intact', text: given })
  expect(report.seals[0]).toMatchObject({ coverage: 'whole', claims, hiddenMarkup: 'checked' })
})

test.each(['code', 'json'] as const)('S9 %s is sealed beside the text only', async format => {
  const sealed = await seal(text, { ...options, format })
  expect(sealed.text).toBe(text)
  expect(await verify(text, { trust, detached: sealed.detached as string })).toMatchObject({
    status: 'intact',
  })
  const changed = await verify(text.replace('brass', 'grass'), { trust, detached: sealed.detached as string })
  expect(changed.status).toBe('altered')
})

test('S3 a closing beside the text still covers it where words were added', async () => {
  const code = 'let x = 1\n'
  const { detached } = await seal(code, { ...options, format: 'code' })
  const report = await verify(`${code}let y = 2\n`, { trust, detached: detached as string })
  expect(report).toMatchObject({
    status: 'excerpt',
    unsealed: [{ start: code.length, end: code.length + 10 }],
  })
})

test('S3 a detached string that cannot be read is reported, and one of another text is not believed', async () => {
  const sealed = await seal(text, options)
  for (const detached of ['', 'x', 'ss1.', 'ss1.AAAA', 'ss1.\u{e0100}', 'ss1.'.padEnd(100_000, 'A')]) {
    expect(await verify(sealed.text, { trust, detached })).toMatchObject({
      status: 'intact',
      detached: 'malformed',
    })
  }
  const { detached } = await seal('{"a": 1}', options)
  const report = await verify(sealed.text, { trust, detached: detached as string })
  expect(report.seals[0]).toMatchObject({ content: 'intact', coverage: 'whole' })
  expect(report.status).toBe('altered')
  await expect(verify(text, { detached: 1 as unknown as string })).rejects.toBeInstanceOf(TypeError)
  await expect(verify(1 as unknown as string)).rejects.toBeInstanceOf(TypeError)
})

test('S3 a text that was cut off is truncated where its ending is known from beside it, too', async () => {
  const given = `${text}\n\n\`\`\`\ncode and more code\n\`\`\`\n`
  const sealer = createSealer(options)
  const sealed = sealer.feed(given)
  const { detached } = await sealer.finish()
  for (const cut of [sealed.length - 6, Math.floor(sealed.length * 0.8), Math.floor(sealed.length * 0.5)]) {
    const report = await verify(sealed.slice(0, cut), { trust, detached: detached as string })
    expect(report).toMatchObject({ status: 'truncated' })
    expect(report.seals[0]).toMatchObject({ content: 'intact', coverage: 'truncated', ending: 'complete' })
    expect(report.unsealed).toHaveLength(1)
  }
  const changed = await verify(sealed.replace('more', 'less'), { trust, detached: detached as string })
  expect(changed.status).toBe('altered')
  const elsewhere = await verify('Quite another text.', { trust, detached: detached as string })
  expect(elsewhere).toMatchObject({ status: 'unsealed', seals: [] })
})

test('S3 a text that repeats itself and was cut off is truncated, not altered', async () => {
  const sealer = createSealer(options)
  let received = ''
  while (received.length < 1200) received += sealer.feed('word ')
  sealer.feed('word ')
  const { detached } = await sealer.finish('aborted', { beside: true })
  const report = await verify(received, { trust, ...(detached && { detached }) })
  expect(report.status).toBe('truncated')
  expect(report.seals[0]).toMatchObject({ content: 'intact', ending: 'aborted' })
})

test.each(['\ufb2a', '\u0958', '\u0344', '\u2adc'])(
  'S5 a text with %j, which normalisation makes longer, is intact',
  async character => {
    const sealed = await seal(`x ${character} ${text}`, options)
    const report = await verify(sealed.text, { trust, ...(sealed.detached && { detached: sealed.detached }) })
    expect(report.status).toBe('intact')
  },
)

test('S3 whoever stops a stream gets an aborted closing beside the text', async () => {
  const stream = new SealStream(options)
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  const written = writer.write(text)
  const { value } = await reader.read()
  await written
  await reader.cancel()
  const { detached } = await stream.sealed
  const report = await verify(value as string, { trust, detached: detached as string })
  expect(report).toMatchObject({ status: 'intact' })
  expect(report.seals[0]?.ending).toBe('aborted')
})

test('S1 a stream passes every chunk on, and ends with the closing', async () => {
  const stream = new SealStream({ ...options, ending: 'length-limited' })
  let sent = ''
  const source = new Blob([text]).stream().pipeThrough(new TextDecoderStream())
  for await (const chunk of source.pipeThrough(stream)) sent += chunk
  expect(await stream.sealed).toEqual({})
  const report = await verify(sent, { trust })
  expect(report.seals[0]).toMatchObject({ ending: 'length-limited', streamId: stream.streamId })
})

test('S1 a stream that is given something else than text fails, and says so in `sealed` too', async () => {
  const stream = new SealStream(options)
  const writer = stream.writable.getWriter()
  const reading = stream.readable.getReader().read()
  const writing = writer.write(7 as unknown as string)
  await expect(reading).rejects.toBeInstanceOf(TypeError)
  await expect(writing).rejects.toBeInstanceOf(TypeError)
  await expect(stream.sealed).rejects.toBeInstanceOf(TypeError)
})

test('S3 a sealer that is finished takes no more, and needs a signer and a known format', async () => {
  const sealer = createSealer(options)
  await sealer.finish()
  expect(() => sealer.feed('x')).toThrowError(expect.objectContaining({ code: 'SEALER_FINISHED' }))
  await expect(sealer.finish()).rejects.toMatchObject({ code: 'SEALER_FINISHED' })
  expect(() => createSealer({ claims } as unknown as SealerOptions)).toThrow(TypeError)
  for (const wrong of [{ format: 'html' }, { profile: 'none' }, { streamId: 'x' }, { segmentChars: 0 }]) {
    expect(() => createSealer({ ...options, ...wrong } as SealerOptions)).toThrow(RangeError)
  }
})

test('S6 marks inside marks are taken out from the inside, in one pass; what is no mark stays', async () => {
  const { text: sealed } = await seal('One short sentence.', options)
  const mark = sealed.slice('One short sentence.'.length)
  const nested = mark.slice(0, 20) + mark.slice(0, 40) + mark + mark.slice(40) + mark.slice(20)
  expect(strip(`a${nested}b`)).toBe('ab')
  const broken = mark.slice(0, 20) + mark.slice(22)
  for (const kept of [broken, mark.slice(2), mark.slice(0, -2), '❤️', '葛\u{e0100}', '\ufeff', 'a\r\nb']) {
    expect(strip(kept)).toBe(kept)
    expect(strip(kept + mark)).toBe(kept === mark.slice(0, -2) ? kept : strip(kept))
  }
})

test('S4 any whole segment with its mark verifies as an excerpt, in other surroundings', async () => {
  const { text: sealed } = await seal(text, { ...options, segmentChars: 200 })
  const whole = await verify(sealed, { trust })
  const parts = sealed.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
  expect(parts.length).toBe(whole.seals[0]?.segments.length)
  for (const [i, part] of parts.entries()) {
    const report = await verify(`As I said,${part} and that is all.`, { trust })
    expect(report.seals[0]).toMatchObject({
      signature: 'valid',
      signer: 'trusted',
      content: 'intact',
      order: 'ok',
    })
    expect(report.seals[0]?.segments.map(({ index }) => index)).toEqual([i])
    expect(report.unsealed.length).toBe(2)
    expect(report.status).toBe('excerpt')
  }
})

test('S4 a light seal has no excerpts: it is altered where a part is missing', async () => {
  const sealed = await seal(text, { ...options, profile: 'light' })
  expect((await verify(sealed.text, { trust })).status).toBe('intact')
  expect((await verify(sealed.text.slice(300), { trust })).status).toBe('altered')
})

test.each<[string, (text: string) => string, string]>([
  ['line ends', given => given.replaceAll('\n', '\r\n'), 'reformatted'],
  ['white space', given => given.replaceAll(' ', '  '), 'reformatted'],
  ['decomposition', given => given.normalize('NFD'), 'intact'],
  ['trimming', given => given.trim(), 'reformatted'],
  ['curled quotes', given => given.replaceAll('"', '”').replaceAll("'", '’'), 'reformatted'],
  ['a dash', given => given.replaceAll(' - ', ' – '), 'reformatted'],
  ['emphasis taken off', given => given.replaceAll('*', ''), 'reformatted'],
  ['a decimal point taken out', given => given.replace('1.5', '15'), 'altered'],
  ['a minus taken off', given => given.replace('-5', '5'), 'altered'],
  ['a comparison turned', given => given.replace('a < b', 'a > b'), 'altered'],
  ['a check mark turned', given => given.replace('✅', '❌'), 'altered'],
  ['a vowel sign changed', given => given.replace('की', 'का'), 'altered'],
])('S5 %s', async (_, handle, status) => {
  const given =
    ' Résumé of "the" plan - it\'s *quite* good:\n\nTake 1.5 mg ✅ at -5 degrees when a < b, and राम की बात is so.\n\nThat is all there is.'
  const sealed = await seal(given, options)
  expect((await verify(handle(sealed.text), { trust, ...sealed })).status).toBe(status)
})

test('S12 what other systems left in a text is named, kept, and intact under the seal', async () => {
  const encypher = [...'{"model_id":"x","timestamp":1}']
    .map(c => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16))
    .join('')
  const c2pa = `\ufeff${[0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0, 1, 0, 0, 0, 2, 7, 8]
    .map(b => String.fromCodePoint(b < 16 ? 0xfe00 + b : 0xe0100 + b - 16))
    .join('')}`
  const given = `❤️ A first${encypher} sentence, and ${text}${c2pa}`
  const sealed = await seal(given, options)
  expect(strip(sealed.text)).toBe(given)
  const report = await verify(sealed.text, { trust, ...sealed })
  expect(report.status).toBe('intact')
  expect(report.foreign.map(({ kind }) => kind)).toEqual(['encypher', 'c2pa'])
  for (const { start, end } of report.foreign)
    expect([encypher, c2pa]).toContain(sealed.text.slice(start, end))
  expect(strip(sealed.text, { also: ['encypher', 'c2pa'] })).toBe(`❤️ A first sentence, and ${text}`)
})

test('S12 a C2PA wrapper behind our closing leaves the text intact', async () => {
  const wrapper = `\ufeff${[0x43, 0x32, 0x50, 0x41, 0x54, 0x58, 0x54, 0, 1, 0, 0, 0, 1, 7]
    .map(b => String.fromCodePoint(b < 16 ? 0xfe00 + b : 0xe0100 + b - 16))
    .join('')}`
  const sealed = await seal(text, options)
  expect(await verify(sealed.text + wrapper, { trust })).toMatchObject({ status: 'intact', unsealed: [] })
})

test('S12 an older seal in a prompt becomes an ingredient', async () => {
  const prompt = await seal(text, { ...options, streamId: '00112233445566ff' })
  const ingredients = inspect(prompt.text).seals.map(({ streamId }) => ({ streamId }))
  const answer = await seal(text, { ...options, claims: { ...claims, ingredients } })
  expect((await verify(answer.text, { trust })).seals[0]?.claims?.ingredients).toEqual([
    { streamId: '00112233445566ff' },
  ])
})

// 2,000 characters of English, four segments, all claims of S14.
const answer = `${prose(40).slice(0, 1970)} and so they went home.`.slice(0, 2000)
test.each<[string, Partial<SealerOptions>, number, number]>([
  ['light, Ed25519', { profile: 'light' }, 1, 45],
  ['light, HMAC-SHA256', { profile: 'light', signer: secretSigner }, 1, 45],
  ['full, HMAC-SHA256', { signer: secretSigner }, 4, 85],
  ['full, Ed25519', {}, 4, 125],
])('S13 %s: %i segments, at most %i %% of the bytes', async (_, more, segments, percent) => {
  const sealed = await seal(answer, { ...options, ...more })
  const report = await verify(sealed.text, { trust: more.signer ? secretTrust : trust })
  expect(report.status).toBe('intact')
  expect(report.seals[0]?.segments).toHaveLength(segments)
  const size = (given: string) => new TextEncoder().encode(given).length
  expect((size(sealed.text) / size(answer) - 1) * 100).toBeLessThanOrEqual(percent)
})

test('S11 S13 a stream has at most 64 segments, however long it is', async () => {
  const long = prose(6000)
  const sealed = await seal(long, { ...options, segmentChars: 40 })
  const report = await verify(sealed.text, { trust })
  expect(report.status).toBe('intact')
  expect(report.seals[0]?.segments.length).toBeLessThanOrEqual(65)
})

test('S14 all claims are reported under the names they were given, and models known at the end as well', async () => {
  const full = {
    ...claims,
    ingredients: [{ streamId: '0123456789abcdef', keyId: 'abc' }],
    custom: { requestId: 7, tags: ['a', null], deep: { x: 1.5 } },
  }
  const sealed = await seal(text, { ...options, claims: full })
  expect((await verify(sealed.text, { trust })).seals[0]?.claims).toEqual(full)
  const sealer = createSealer(options)
  const fed = sealer.feed(text)
  const end = await sealer.finish('complete', { models: ['one', 'two'] })
  const report = await verify(fed + end.text, { trust })
  expect(report.seals[0]?.claims).toEqual({ ...claims, model: ['one', 'two'] })
})

test('S14 a short text and a light seal carry all claims in the closing', async () => {
  for (const profile of ['full', 'light'] as const) {
    const sealed = await seal('One short sentence.', { ...options, profile })
    expect(inspect(sealed.text).marks).toHaveLength(1)
    expect((await verify(sealed.text, { trust })).seals[0]?.claims).toEqual(claims)
  }
})

test('S15 hidden payloads are taken out and named; what writing needs stays', () => {
  const kept = ['❤️', '1️⃣', '👩‍💻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '葛\u{e0100}', 'می‌خواهم', 'क्‍ष', '🇨🇭', '0️⃣', '✔︎']
  for (const given of kept) expect(sanitize(given)).toEqual({ text: given, removed: [] })
  const hidden: [string, string][] = [
    ['a\u{e0101}\u{e0102}b', 'selectors'],
    ['a\u{fe0f}b', 'selectors'],
    ['a\u{e0041}\u{e0042}b', 'tags'],
    ['a\u200b\u200c\u200db', 'zero-width'],
    ['a\u202eb', 'bidi'],
    ['a\u2060b', 'zero-width'],
  ]
  for (const [given, kind] of hidden) {
    const { text: clean, removed } = sanitize(given)
    expect(clean).toBe('ab')
    expect(new Set(removed.map(found => found.kind))).toEqual(new Set([kind]))
    expect(removed[0]?.start).toBe(1)
    expect(removed.at(-1)?.end).toBe(given.length - 1)
  }
})

test('S15 sanitising takes seals out too, and a second time finds nothing', async () => {
  const sealed = await seal(text, options)
  expect(sanitize(sealed.text).text).toBe(text)
  expect(sanitize(sealed.text).removed.every(({ kind }) => kind === 'seal')).toBe(true)
  fc.assert(
    fc.property(anyText, given => {
      const { text: clean } = sanitize(given)
      expect(sanitize(clean)).toEqual({ text: clean, removed: [] })
    }),
    { numRuns: 500 },
  )
})
