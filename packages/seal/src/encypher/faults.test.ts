/** The 35 faults of the reference, a test each: what `compat` reproduces, and what the default does instead. */
import { describe, expect, test } from 'vitest'
import { ed25519PublicKey } from '#ed25519'
import { strip } from '../strip.ts'
import { toSelectors } from './alphabet.ts'
import { hmacHex } from './keys.ts'
import { MetadataEncoder } from './metadata-encoder.ts'
import type { FinalizeResult } from './streaming-handler.ts'
import { StreamingHandler } from './streaming-handler.ts'
import { answer } from './texts.test-helper.ts'
import { UnicodeMetadata } from './unicode-metadata.ts'

const hmacSecretKey = 'your-secret-key'
const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const privateKey = new Uint8Array(32).fill(7)
const resolveKey = () => ed25519PublicKey(privateKey)
const signed = { metadata, privateKey, signerId: 'signer' } as const
const { embedMetadata, extractMetadata, verifyMetadata } = UnicodeMetadata

type Options = Partial<ConstructorParameters<typeof StreamingHandler>[0]>

async function stream(
  chunks: readonly string[],
  options: Options = {},
): Promise<{ text: string; end: FinalizeResult }> {
  const handler = new StreamingHandler({ metadata, ...options })
  const text = chunks.map(chunk => handler.processChunk(chunk)).join('')
  const end = await handler.finalize()
  return { text: text + end.text, end }
}

const hidden = (payload: string) => toSelectors(new TextEncoder().encode(payload))
const withPayload = (payload: string) => `a ${hidden(payload)}b`
const clean = (text: string) => new MetadataEncoder().decodeMetadata(text).cleanText

describe('Encypher 1.0 and 1.1', () => {
  test('fault 1: tokens whose first has no place are signed all the same', async () => {
    const chunks = ['The', ' cat', ' sat', '.']
    const { text: theirs } = await stream(chunks, { hmacSecretKey, compat: '1.1' })
    expect(theirs).toBe('The cat sat.')
    const { text, end } = await stream(chunks, { hmacSecretKey })
    expect([end.marked, verifyMetadata(text, { hmacSecretKey }).valid]).toEqual([true, true])
  })

  test('fault 2: a text without a place is an error, or reported, and never silently unsigned', async () => {
    expect(embedMetadata({ text: 'nowhere', metadata, compat: '1.1' })).toBe('nowhere')
    expect(() => embedMetadata({ text: 'nowhere', metadata })).toThrow(
      expect.objectContaining({ code: 'NO_TARGET' }),
    )
    expect((await stream(['nowhere'])).end).toMatchObject({ marked: false, reason: 'NO_TARGET' })
  })

  test('fault 3: the payload is there once, and output that no string can hold is refused before the work starts', () => {
    const every = embedMetadata({ text: answer, metadata, compat: '1.1' })
    const once = embedMetadata({ text: answer, metadata })
    expect(once.length - answer.length).toBeLessThan(100)
    expect(every.length).toBeGreaterThan(20 * answer.length)
    const large = ' '.repeat(10_000_000)
    const tooLong = expect.objectContaining({ name: 'EncypherRangeError', code: 'OUTPUT_TOO_LONG' })
    expect(() => embedMetadata({ text: large, metadata, placement: 'every' })).toThrow(tooLong)
    const legacy = new StreamingHandler({ metadata, compat: '1.1' })
    expect(() => legacy.processChunk(`${large}a`)).toThrow(tooLong)
    const longest = 'x'.repeat(2 ** 29 - 100)
    expect(() => new MetadataEncoder().encodeMetadata(longest, metadata)).toThrow(tooLong)
  })

  test('fault 4: the words can be bound, and what binds none says so', async () => {
    const forged = embedMetadata({ text: answer, metadata, hmacSecretKey }).replace('cat', 'dog')
    expect(verifyMetadata(forged, { hmacSecretKey })).toMatchObject({ valid: true, contentBound: false })
    const { text } = await stream([answer], { hmacSecretKey, encodeFirstChunkOnly: false })
    expect(verifyMetadata(text, { hmacSecretKey })).toMatchObject({ valid: true, contentBound: true })
    expect(verifyMetadata(text.replace('cat', 'dog'), { hmacSecretKey })).toMatchObject({ valid: false })
  })

  test('fault 5: an emoji before the block does not hide it', () => {
    const text = embedMetadata({ text: '❤\ufe0f love it', metadata, hmacSecretKey })
    expect(verifyMetadata(text, { hmacSecretKey, compat: '1.1' }).valid).toBe(false)
    expect(verifyMetadata(text, { hmacSecretKey }).valid).toBe(true)
    expect(clean(text)).toBe('❤\ufe0f love it')
  })

  test('fault 6: no text makes verification throw', () => {
    const signedData = (data: string) =>
      withPayload(`{"data":${data},"signature":"${hmacHex(hmacSecretKey, data)}"}`)
    const hostile = [
      `x${toSelectors(Uint8Array.of(0xff))} y`,
      signedData('{"timestamp":1e400}'),
      signedData('{"timestamp":99999999999999999999}'),
    ]
    for (const text of hostile) {
      expect(() => verifyMetadata(text, { hmacSecretKey, compat: '1.1' })).toThrow()
      expect(() => verifyMetadata(text, { hmacSecretKey })).not.toThrow()
    }
    const deep = withPayload(`{"data":${'['.repeat(50_000)}`)
    expect(verifyMetadata(deep, { hmacSecretKey }).reason).toBe('NO_METADATA')
  })

  test('fault 7: a text that is signed again stays readable, by both keys', () => {
    const first = embedMetadata({ text: 'The cat sat.', metadata, hmacSecretKey })
    const both = embedMetadata({
      text: first,
      metadata: { ...metadata, model_id: 'other' },
      hmacSecretKey: 'second',
    })
    expect(verifyMetadata(both, { hmacSecretKey })).toMatchObject({
      valid: true,
      metadata: { model_id: 'gpt-4' },
    })
    expect(verifyMetadata(both, { hmacSecretKey: 'second' })).toMatchObject({
      valid: true,
      metadata: { model_id: 'other' },
    })
    expect(clean(both)).toBe('The cat sat.')
  })

  test('fault 8: neither the metadata nor the chunks given are changed', () => {
    const given = Object.freeze({ model_id: 'm' })
    const chunk = { choices: [{ index: 0, delta: { content: 'a b' } }] }
    const handler = new StreamingHandler({ metadata: given, onWarning: () => undefined })
    const out = handler.processChunk(chunk)
    expect(chunk).toEqual({ choices: [{ index: 0, delta: { content: 'a b' } }] })
    expect(out).not.toEqual(chunk)
    expect(given).toEqual({ model_id: 'm' })
  })

  test('fault 9: every choice, and every kind of chunk, is signed', () => {
    const chunk = {
      choices: ['one two', 'three four'].map((content, index) => ({ index, delta: { content } })),
    }
    const of = (options: Options) =>
      new StreamingHandler({ metadata, ...options })
        .processChunk(chunk)
        .choices.map(({ delta }) => delta.content)
    expect(of({ compat: '1.1' }).map(text => extractMetadata(text) !== undefined)).toEqual([true, false])
    expect(of({ onWarning: () => undefined }).map(text => extractMetadata(text))).toEqual([
      metadata,
      metadata,
    ])
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a b' } }
    expect(extractMetadata(new StreamingHandler({ metadata }).processChunk(event).delta.text)).toEqual(
      metadata,
    )
  })

  test('fault 10: a time without an offset, NaN and an unknown target are errors', () => {
    const of = (options: object) => () => embedMetadata({ text: 'a b', metadata, ...options })
    expect(of({ metadata: { timestamp: '2024-03-31T00:00:00' } })).toThrow(
      expect.objectContaining({ code: 'NAIVE_TIMESTAMP' }),
    )
    expect(of({ metadata: { x: Number.NaN } })).toThrow(
      expect.objectContaining({ code: 'UNSERIALISABLE_METADATA' }),
    )
    expect(of({ target: 'bogus' })).toThrow(expect.objectContaining({ code: 'INVALID_TARGET' }))
    const utc = of({ metadata: { timestamp: '2024-03-31T00:00:00' }, naiveTimestamps: 'utc' })()
    expect(extractMetadata(utc)?.timestamp).toBe(1711843200)
  })

  test("fault 11: unkeyed output is read, the key that is given counts, and a text's own joiners stay", () => {
    const text = 'می\u200cخواهم \u200bx'
    const unkeyed = new MetadataEncoder().encodeMetadata(text, metadata)
    expect(new MetadataEncoder({ compat: '1.1' }).decodeMetadata(unkeyed).metadata).toBeUndefined()
    expect(new MetadataEncoder().decodeMetadata(unkeyed)).toEqual({ metadata, cleanText: text })
    const keyed = new MetadataEncoder({ hmacSecretKey }).encodeMetadata(text, metadata)
    expect(new MetadataEncoder().verifyText(keyed, { hmacSecretKey })).toMatchObject({
      valid: true,
      cleanText: text,
    })
    expect(new MetadataEncoder({ hmacSecretKey }).verifyText(keyed, { hmacSecretKey: 'x' }).valid).toBe(false)
  })

  test('fault 12: what the guides show exists: minBufferSize, finalize, and verifyText on a stream', async () => {
    const handler = new StreamingHandler({ metadata, minBufferSize: 50, hmacSecretKey })
    expect(handler.processChunk('The cat sat.')).toBe('')
    const { text, marked } = await handler.finalize()
    expect(marked).toBe(true)
    const verified = new MetadataEncoder({ hmacSecretKey }).verifyText(text)
    expect(verified).toMatchObject({ valid: true, cleanText: 'The cat sat.', metadata })
  })

  test('fault 13: no block stands inside a user-perceived character, or between CR and LF', async () => {
    const texts = [
      'क्षि क्षि',
      'e\u0301te\u0301',
      '👨\u200d👩\u200d👧 x',
      'a\r\nb',
      '🇩🇪🇫🇷',
      '각각',
      '❤\ufe0f x',
      'ที่ ที่',
      '\u200d👧',
    ]
    for (const text of texts) {
      for (const target of ['first_letter', 'last_letter', 'all_characters', 'whitespace'] as const) {
        for (const placement of ['first', 'every'] as const) checkClusters(text, { target, placement })
      }
    }
  })
})

function checkClusters(text: string, options: object): void {
  let marked: string
  try {
    marked = embedMetadata({ text, metadata, ...options })
  } catch (error) {
    expect(error).toMatchObject({ code: 'NO_TARGET' })
    return
  }
  const payload = hidden('{"model_id":"gpt-4","timestamp":1711843200}')
  const parts = marked.split(payload)
  expect(parts.join('')).toBe(text)
  const ends = new Set(
    [...new Intl.Segmenter('en').segment(text)].map(({ index, segment }) => index + segment.length),
  )
  let at = 0
  for (const part of parts.slice(0, -1)) {
    at += part.length
    expect(ends.has(at), JSON.stringify({ text, at, options })).toBe(true)
  }
}

describe('Encypher 3.2', () => {
  test('fault 14: no text is doubled, in the stream or by finalize', async () => {
    const { text } = await stream(['The', ' cat', ' sat on', ' the mat.'], signed)
    expect(clean(text)).toBe('The cat sat on the mat.')
    expect((await stream(['abc', 'def'], signed)).text).toBe('abcdef')
  })

  test('fault 15: chunks of white space are not dropped', async () => {
    const { text } = await stream(['Hello', ' ', '\n', 'world.'], { ...signed, target: 'punctuation' })
    expect(clean(text)).toBe('Hello \nworld.')
  })

  test('fault 16: what cannot be embedded is an error at construction, not unsigned text', () => {
    expect(() => new StreamingHandler({ ...signed, metadata: { timestamp: 'never' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_TIMESTAMP' }),
    )
    expect(() => new StreamingHandler({ ...signed, metadata: { x: () => 1 } })).toThrow(
      expect.objectContaining({ code: 'UNSERIALISABLE_METADATA' }),
    )
  })

  test('fault 17: encodeFirstChunkOnly: false signs, and binds the whole', async () => {
    const { text } = await stream([answer], { ...signed, encodeFirstChunkOnly: false })
    expect(verifyMetadata(text, { resolveKey })).toMatchObject({ valid: true, contentBound: true })
  })

  test('fault 18: the end of the text is a place in a stream', async () => {
    for (const target of ['file_end', 'file_end_zwnbsp'] as const) {
      const { text, end } = await stream(['The cat', ' sat.'], { ...signed, target })
      expect([clean(text), end.marked, verifyMetadata(text, { resolveKey }).valid]).toEqual([
        'The cat sat.',
        true,
        true,
      ])
    }
  })

  test('fault 19: a target is a string, and means what it says', () => {
    const text = embedMetadata({ text: 'Well, then', ...signed, target: 'punctuation' })
    expect(text.indexOf('\udb40')).toBe('Well,'.length)
    expect(() => new StreamingHandler({ ...signed, target: 'Punctuation' as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_TARGET' }),
    )
  })

  test('fault 20: what a handler makes by default verifies by default', async () => {
    const { text } = await stream(['The cat', ' sat.'], signed)
    expect(verifyMetadata(text, { resolveKey })).toMatchObject({ valid: true, format: 'manifest' })
  })

  test('fault 21: no metadata is dropped', () => {
    const own = {
      ...metadata,
      organization: 'Example',
      custom_metadata: { a: 1 },
      claim_generator: 'App/1.0',
    }
    for (const format of ['basic', 'manifest', 'cbor_manifest', 'jumbf'] as const) {
      const read = JSON.stringify(
        extractMetadata(embedMetadata({ text: 'a b', ...signed, metadata: own, format })),
      )
      for (const value of ['Example', '"a":1', 'App/1.0', 'gpt-4']) expect(read).toContain(value)
    }
    const reserved = { ...metadata, custom_metadata: { signer_id: 'x' } }
    expect(() => embedMetadata({ text: 'a b', ...signed, metadata: reserved, format: 'basic' })).toThrow(
      'signer_id',
    )
  })

  test('fault 22: every choice is signed, the older completions too, and a missing key is an error', () => {
    const handler = new StreamingHandler({ ...signed, onWarning: () => undefined })
    const { completion } = handler.processChunk({ completion: 'a b', stop_reason: null })
    expect(verifyMetadata(completion, { resolveKey }).valid).toBe(true)
    const chunk = { choices: ['a b', 'c d'].map((content, index) => ({ index, delta: { content } })) }
    const texts = handler.processChunk(chunk).choices.map(({ delta }) => delta.content)
    expect(texts.map(text => verifyMetadata(text, { resolveKey }).valid)).toEqual([true, true])
    expect(() => new StreamingHandler({ metadata, format: 'basic' })).toThrow(
      expect.objectContaining({ code: 'MISSING_KEY' }),
    )
  })

  // What a verifier of C2PA manifests does instead is in @streamseal/c2pa, whose tests carry the same numbers.
  const wrapped = `The cat sat.\ufeff${toSelectors(Uint8Array.from([...'C2PATXT\0'].map(c => c.charCodeAt(0)).concat(1, 0, 0, 0, 1, 0)))}`
  test.each([
    [23, 'a manifest that covers another text'],
    [24, 'a text with tags added'],
    [25, 'a certificate that no one trusts'],
    [26, 'a claim that the signature does not cover'],
    [27, 'a span counted in other units'],
    [28, 'a second wrapper'],
    [34, 'a manifest that is not shaped as the standard says'],
  ])('fault %i: %s is never valid here: this port gives no verdict on C2PA manifests', () => {
    expect(verifyMetadata(wrapped, { resolveKey })).toMatchObject({
      valid: false,
      reason: 'C2PA',
      contentBound: false,
    })
    expect(verifyMetadata(`${wrapped} more ${wrapped}`, { resolveKey }).valid).toBe(false)
  })

  test('fault 29: the signer that is named is the one that signed, junk spoils the payload, and nothing claims to bind the words', () => {
    const text = embedMetadata({ text: 'a b', ...signed, format: 'basic' })
    expect(verifyMetadata(text, { resolveKey })).toMatchObject({ valid: true, contentBound: false })
    const outer = new TextDecoder().decode(UnicodeMetadata.extractBytes(text))
    const swapped = withPayload(outer.replace(/"signer_id":"signer"\}$/, '"signer_id":"attacker"}'))
    expect(verifyMetadata(swapped, { resolveKey, compat: '3.2' })).toMatchObject({
      valid: true,
      signerId: 'attacker',
    })
    expect(verifyMetadata(swapped, { resolveKey })).toMatchObject({ valid: false, reason: 'SIGNER_MISMATCH' })
    for (const junk of [`x${outer}`, `${outer}x`])
      expect(verifyMetadata(withPayload(junk), { resolveKey }).valid).toBe(false)
  })

  test('fault 30: a malformed payload is a verdict, not an exception', () => {
    for (const format of ['cbor_manifest', 'jumbf']) {
      for (const payload of ['', '!', 'AAAA', 'oWFh', 'n5+f', 'AAAACGp1bWI=', 'AAAACWp1bWL/']) {
        const outer = `{"format":"${format}","payload":"${payload}","signature":"AA","signer_id":"s"}`
        expect(verifyMetadata(withPayload(outer), { resolveKey })).toMatchObject({
          valid: false,
          reason: 'MALFORMED',
        })
      }
    }
  })

  test('fault 31: what is distributed across places is read back', () => {
    const text = embedMetadata({
      text: answer,
      ...signed,
      target: 'all_characters',
      distributeAcrossTargets: true,
    })
    expect(verifyMetadata(text, { resolveKey, compat: '3.2' }).valid).toBe(false)
    expect(verifyMetadata(text, { resolveKey })).toMatchObject({ valid: true, format: 'manifest' })
    const distribute = (own: string) => () =>
      embedMetadata({
        text: `${own} ${answer}`,
        ...signed,
        target: 'all_characters',
        distributeAcrossTargets: true,
      })
    // Registered ideographic variants and emoji are told from it; other selectors of the text's own are not.
    for (const own of ['字\u{e0100}', '❤\ufe0f'])
      expect(verifyMetadata(distribute(own)(), { resolveKey }).valid).toBe(true)
    expect(distribute('字\u{e0120}')).toThrow(expect.objectContaining({ code: 'NO_TARGET' }))
  })

  test('fault 32: neither ai_info nor custom_metadata is changed', () => {
    const given = { ...metadata, ai_info: { model_version: '1' }, custom_metadata: { keep: 1, drop: 2 } }
    const before = structuredClone(given)
    embedMetadata({ text: 'a b', ...signed, metadata: given, omitKeys: ['drop'] })
    expect(given).toEqual(before)
  })

  test('fault 33: an emoji before the block does not hide it, wherever the block is', () => {
    for (const target of ['whitespace', 'first_letter', 'file_end'] as const) {
      const text = embedMetadata({ text: '❤\ufe0f x y', ...signed, target })
      expect(verifyMetadata(text, { resolveKey }).valid).toBe(true)
    }
  })

  test('fault 35: half of a surrogate pair in the text is no error, and is bound as it is', async () => {
    const text = `a \ud83d b ${answer}`
    expect(verifyMetadata(embedMetadata({ text, ...signed }), { resolveKey }).valid).toBe(true)
    const { text: sealed } = await stream([text], { ...signed, encodeFirstChunkOnly: false })
    expect(clean(sealed)).toBe(text)
    expect(strip(sealed).length).toBeGreaterThan(text.length)
    expect(verifyMetadata(sealed, { resolveKey })).toMatchObject({ valid: true, contentBound: true })
  })
})
