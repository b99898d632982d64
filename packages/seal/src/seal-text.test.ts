/** Whole texts: where the closing stands, what it covers, and what is waited for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { secretSigner, secretTrust, signer, trust } from '../testing/keys.ts'
import { anyText, prose } from '../testing/texts.ts'
import {
  createSealer,
  inspect,
  type Report,
  type SealEnd,
  type SealerOptions,
  type Signer,
  seal,
  strip,
  verify,
} from './index.ts'
import { decodePayload } from './payload.ts'
import { unmark } from './unmark.ts'

const options: SealerOptions = { signer, claims: { model: 'demo' }, now: 0, streamId: '0011223344556677' }
const text = prose(16)
const runs = { numRuns: 200 }

const check = ({ text, detached }: SealEnd): Promise<Report> =>
  verify(text, { trust, ...(detached !== undefined && { detached }) })

function remote(latencyMs: number): Signer {
  return {
    ...signer,
    sign: async bytes => {
      await new Promise(resolve => setTimeout(resolve, latencyMs))
      return signer.sign(bytes)
    },
  }
}

const ends: [name: string, tail: string][] = [
  ['a line end', '\n'],
  ['an empty line', '\r\n\r\n'],
  ['a space', ' '],
  ['a fence', '\n\n```\nconst a = "b"\n```\n'],
  ['an open fence', '\n\n```\ncode'],
  ['a table', '\n\n| a | b |\n|---|---|\n| 1 | 2 |\n'],
  ['a rule', '\n\n---\n'],
  ['an address', ' See https://example.com/path'],
  ['a number', ' It is 42'],
  ['emphasis', '\n\n**Done.**'],
  ['an emoji', ' 👍'],
]
const kinds: [name: string, more: Partial<SealerOptions>][] = [
  ['full', {}],
  ['light', { profile: 'light' }],
  ['HMAC', { signer: secretSigner }],
  ['plain', { format: 'plain' }],
  ['short segments', { segmentChars: 60 }],
]

describe.each(ends)('a text that ends in %s', (_, tail) => {
  test.each(kinds)(
    'S3 S9 holds its closing and is intact without anything beside it: %s',
    async (_, more) => {
      const given = text + tail
      const sealed = await seal(given, { ...options, ...more })
      expect(sealed.detached).toBeUndefined()
      expect(strip(sealed.text)).toBe(given)
      const report = await verify(sealed.text, { trust: more.signer ? secretTrust : trust })
      expect(report).toMatchObject({ status: 'intact', unsealed: [] })
      expect(report.seals[0]).toMatchObject({ coverage: 'whole', ending: 'complete', order: 'ok' })
    },
  )

  test('S2 S3 is never intact where it was cut or changed behind its last mark', async () => {
    const sealed = await seal(text + tail, options)
    const last = inspect(sealed.text).marks.at(-1)?.end as number
    const behind = sealed.text.length - last
    for (let cut = 1; cut <= behind; cut++) {
      const report = await verify(sealed.text.slice(0, -cut), { trust })
      const lost = strip(sealed.text.slice(-cut))
      const isSeen = /[\p{L}\p{N}\p{So}]/u.test(lost)
      expect(isSeen ? ['altered', 'truncated'] : ['reformatted', 'altered']).toContain(report.status)
    }
    for (let at = last; at < sealed.text.length; at++) {
      if (!/[\p{L}\p{N}]/u.test(sealed.text[at] as string)) continue
      const changed = `${sealed.text.slice(0, at)}z${sealed.text.slice(at + 1)}`
      expect((await verify(changed, { trust })).status).toBe('altered')
    }
  })
})

test('S3 S4 segments before a tail that was changed stay intact, and so does an excerpt of one', async () => {
  const sealed = await seal(`${text}\n\n\`\`\`\ncode\n\`\`\`\n`, { ...options, segmentChars: 200 })
  const report = await verify(sealed.text.replace('code', 'mode'), { trust })
  const statuses = report.seals[0]?.segments.map(({ status }) => status)
  expect(statuses?.slice(0, -1).every(status => status === 'intact')).toBe(true)
  expect(statuses?.at(-1)).toBe('altered')
  const second = sealed.text.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g)?.[1]
  expect(await verify(`He said:${second} And more.`, { trust })).toMatchObject({
    status: 'excerpt',
    seals: [{ content: 'intact', signature: 'valid', segments: [{ index: 1 }] }],
  })
})

test.each([
  ['cut in the code', (text: string) => text.slice(0, -7)],
  ['cut at the mark', (text: string) => text.slice(0, text.lastIndexOf('\u{e01ef}') + 2)],
  ['cut, and folded before', (text: string) => text.slice(0, -7).replaceAll(', ', ',\n')],
  [
    'robbed of a letter behind the mark, which cannot be told from a cut',
    (text: string) => text.replace('code', 'cod'),
  ],
])(
  'S3 a text whose closing stands early is truncated, and its tail unsealed, where it was %s',
  async (_, handle) => {
    const given = `${text}\n\n\`\`\`\ncode\n\`\`\`\n`
    const sealed = await seal(given, { ...options, segmentChars: 200 })
    const whole = (await verify(sealed.text, { trust })).seals[0]?.segments ?? []
    const report = await verify(handle(sealed.text), { trust })
    expect(report.status).toBe('truncated')
    expect(report.seals[0]).toMatchObject({ coverage: 'truncated', ending: 'complete', order: 'ok' })
    expect(report.seals[0]?.segments).toHaveLength(whole.length - 1)
    expect(report.unsealed).toEqual([
      { start: report.seals[0]?.segments.at(-1)?.end, end: report.text.length },
    ])
  },
)

test.each([
  [
    'a letter is changed and the end is cut',
    (text: string) => text.replace(/as they say(?=[^a]*```)/, 'as I say').slice(0, -7),
  ],
  ['a word is taken out before the mark', (text: string) => text.replace(/ they (?=say\.[^a]*```)/, ' ')],
])('S2 S3 a tail is altered where %s before its early closing', async (_, handle) => {
  const given = `${text}\n\n\`\`\`\ncode\n\`\`\`\n`
  const sealed = await seal(given, { ...options, segmentChars: 500 })
  const changed = handle(sealed.text)
  expect(strip(changed)).not.toBe(given)
  expect((await verify(changed, { trust })).status).toBe('altered')
})

test('S3 a light text that was cut is altered: nothing of it is vouched for', async () => {
  const sealed = await seal(`${text}\n\n\`\`\`\ncode\n\`\`\`\n`, { ...options, profile: 'light' })
  expect((await verify(sealed.text.slice(0, -7), { trust })).status).toBe('altered')
})

test('S5 words around a text whose closing does not stand at its end are told from it', async () => {
  const sealed = await seal(`${text}\n\n\`\`\`\ncode\n\`\`\`\n`, options)
  expect(await verify(`Look: ${sealed.text}And no more.`, { trust })).toMatchObject({
    status: 'excerpt',
    seals: [{ content: 'intact', coverage: 'whole' }],
    unsealed: [{ start: 0 }, {}],
  })
})

test('S5 a line end that was taken off, or a fence that was rendered, is reformatted', async () => {
  const sealed = await seal('One short sentence.\n', options)
  expect((await verify(sealed.text.trimEnd(), { trust })).status).toBe('reformatted')
  const code = await seal(`${text}\n\n\`\`\`\nlet x = 1\n\`\`\`\n`, options)
  expect((await verify(code.text.replaceAll('```\n', ''), { trust })).status).toBe('reformatted')
})

test.each([
  ['a short text before a line end', 'One short sentence.\n', 'One short sentence.'],
  ['a paragraph before code', 'Run this. It works.\n\n```\nls\n```', 'Run this. It works.'],
  ['an item of a list', '- one\n- two words\n\n| a |\n|---|', '- one\n- two words'],
  ['the last of several', 'First.\n\nSecond.\n\nThird: 3\n', 'First.\n\nSecond.'],
])('S9 the closing stands behind %s', async (_, given, before) => {
  const sealed = await seal(given, options)
  expect(sealed.text.startsWith(`${before}\u{e01ee}`)).toBe(true)
  expect(sealed.detached).toBeUndefined()
  expect((await check(sealed)).status).toBe('intact')
})

test.each([
  '```\nx\n```\n',
  '{"a": 1}\n',
  '| a |\n|---|\n',
  '🙂',
  '42\n',
  '# Title\n\n- [x](y)\n',
  'Title\n===\n',
])('S9 where there is no safe place the closing is kept beside the text: %j', async given => {
  const sealed = await seal(given, options)
  expect(sealed.text).toBe(given)
  expect((await check(sealed)).status).toBe('intact')
})

test('S2 S6 S7 every text is whole under its seal, and stripping it gives the text', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.constantFrom('full', 'light'), async (given, profile) => {
      const sealed = await seal(given, { ...options, profile, segmentChars: 60 })
      const report = await check(sealed)
      expect(report.text).toBe(strip(given))
      expect(strip(sealed.text)).toBe(strip(given))
      expect(report.seals.at(-1)).toMatchObject({ content: 'intact', coverage: 'whole', order: 'ok' })
      expect(report.status).toBe('intact')
    }),
    runs,
  )
})

test('S7 marks stand where a stream with a signer that answers at once puts them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(30), async extra => {
      const given = prose(16 + extra)
      const sealer = createSealer(options)
      const fed = sealer.feed(given)
      expect((await seal(given, options)).text).toBe(fed + (await sealer.finish()).text)
    }),
    { numRuns: 30 },
  )
})

test('S1 a signer that answers after 500 ms gives the seal that a local one gives, in little more than that', {
  retry: 3,
}, async () => {
  for (const given of [prose(60), `${prose(60)}\n\n\`\`\`\ncode\n\`\`\`\n`]) {
    const before = performance.now()
    const sealed = await seal(given, { ...options, signer: remote(500) })
    expect(performance.now() - before).toBeLessThan(2_500)
    expect(sealed).toEqual(await seal(given, options))
  }
})

test('S1 a signer that never answers makes seal reject with SIGNER_TIMEOUT, and one that fails with SIGNER_FAILED', async () => {
  const silent: Signer = { ...signer, sign: () => new Promise<Uint8Array>(() => undefined) }
  const down: Signer = { ...signer, sign: () => Promise.reject(new Error('down')) }
  await expect(seal(text, { ...options, signer: silent, signTimeoutMs: 30 })).rejects.toMatchObject({
    code: 'SIGNER_TIMEOUT',
  })
  await expect(seal(text, { ...options, signer: down })).rejects.toMatchObject({ code: 'SIGNER_FAILED' })
})

test.each([
  ['raw HTML', 'Some words, and <sub>below</sub> them.'],
  ['mathematics', '$$\nx^2 + y_1\n$$'],
  ['an unknown entity', 'Words &nosuchthing; words'],
])('S5 a segment ends before and after %s', async (_, construct) => {
  const given = `${prose(5)}\n\n${construct}\n\n${prose(5, 5)}`
  const sealed = await seal(given, options)
  const { segments } = (await verify(sealed.text, { trust })).seals[0] as Report['seals'][number]
  const at = given.indexOf(construct)
  const held = segments.findIndex(({ start, end }) => start <= at && at < end)
  expect(given.slice(segments[held]?.start, at)).toBe('\n\n')
  expect((segments[held]?.end as number) - at).toBeLessThan(construct.length + 150)
  const flags = unmark(sealed.text).marks.flatMap(({ payload }) => {
    const decoded = decodePayload(payload)?.payload
    return decoded && decoded.kind !== 'opening' ? [decoded.notComparable] : []
  })
  expect(flags).toEqual(segments.map((_, i) => i === held))
})

test('S11 what is no text, or no ending, is refused', async () => {
  await expect(seal(1 as unknown as string, options)).rejects.toBeInstanceOf(TypeError)
  await expect(seal('x', { ...options, ending: 'over' as 'complete' })).rejects.toBeInstanceOf(RangeError)
  await expect(seal('x', { ...options, format: 'html' as 'plain' })).rejects.toBeInstanceOf(RangeError)
})
