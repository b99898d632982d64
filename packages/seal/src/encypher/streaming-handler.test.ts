import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strip } from '../strip.ts'
import { trustList } from '../trust.ts'
import { verify } from '../verify.ts'
import { selectorRuns, toSelectors } from './alphabet.ts'
import { contentKey } from './content.ts'
import { MetadataEncoder } from './metadata-encoder.ts'
import { StreamingHandler } from './streaming-handler.ts'
import { answer, cuts, pieces, scripts } from './texts.test-helper.ts'
import { UnicodeMetadata } from './unicode-metadata.ts'

const metadata = { model_id: 'gpt-4', timestamp: 1711843200, request_id: 'r-1' }
const hmacSecretKey = 'your-secret-key'

/** What a client gets of a text that is cut into pieces. */
async function stream(
  chunks: readonly string[],
  options: Partial<ConstructorParameters<typeof StreamingHandler>[0]>,
) {
  const handler = new StreamingHandler({ metadata, ...options })
  const sent = chunks.map(chunk => handler.processChunk(chunk))
  const end = await handler.finalize()
  return { text: sent.join('') + end.text, sent, end }
}

const targets = [
  'whitespace',
  'punctuation',
  'first_letter',
  'last_letter',
  'all_characters',
  'file_end',
  'file_end_zwnbsp',
] as const

describe('encodeFirstChunkOnly: true', () => {
  test('any chunking of any text gives identical bytes, between the halves of a pair too', () =>
    fc.assert(
      fc.asyncProperty(
        scripts,
        cuts,
        fc.constantFrom(...targets),
        fc.integer({ min: 0, max: 30 }),
        async (text, at, target, minBufferSize) => {
          const whole = await stream([text], { target, hmacSecretKey })
          const cut = await stream(pieces(text, at), { target, hmacSecretKey, minBufferSize })
          expect(cut.text).toBe(whole.text)
          expect(cut.end.marked).toBe(whole.end.marked)
        },
      ),
      { numRuns: 300 },
    ))

  test('the stream is what embedMetadata makes of the whole text', () =>
    fc.assert(
      fc.asyncProperty(scripts, cuts, fc.constantFrom(...targets), async (text, at, target) => {
        const { text: streamed, end } = await stream(pieces(text, at), { target })
        if (end.marked) expect(streamed).toBe(UnicodeMetadata.embedMetadata({ text, metadata, target }))
        else expect(streamed).toBe(text)
      }),
      { numRuns: 200 },
    ))

  test('nothing waits: every character goes out with its chunk', () =>
    fc.assert(
      fc.property(scripts, cuts, fc.constantFrom(...targets), (text, at, target) => {
        const handler = new StreamingHandler({ metadata, target, onWarning: () => undefined })
        let fed = ''
        let sent = ''
        for (const piece of pieces(text, at)) {
          fed += piece
          sent += handler.processChunk(piece)
          const clean = new MetadataEncoder().decodeMetadata(sent).cleanText
          // Half of a pair is no character yet.
          expect(fed.replace(/[\ud800-\udbff]$/, '').startsWith(clean.replace(/[\ud800-\udbff]$/, ''))).toBe(
            true,
          )
          expect(fed.length - clean.length).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 100 },
    ))

  test.each(['file_end', 'all_characters'] as const)(
    'a text that ends in a selector of its own has no place at %s, and says so',
    async target => {
      const { end } = await stream(['\u{e0111}'], { target, hmacSecretKey })
      expect(end).toMatchObject({ marked: false, reason: 'NO_TARGET' })
    },
  )

  test('a stream ends marked, or says why it is not', () =>
    fc.assert(
      fc.asyncProperty(scripts, cuts, fc.constantFrom(...targets), async (text, at, target) => {
        const { text: streamed, end } = await stream(pieces(text, at), { target, hmacSecretKey })
        const { valid, reason } = UnicodeMetadata.verifyMetadata(streamed, { hmacSecretKey })
        expect({ valid, marked: end.marked }).toEqual(
          end.marked ? { valid: true, marked: true } : { valid: false, marked: false },
        )
        if (!end.marked)
          expect([end.reason, reason]).toEqual([text === '' ? 'NO_TEXT' : 'NO_TARGET', 'NO_METADATA'])
      }),
      { numRuns: 200 },
    ))
})

describe('encodeFirstChunkOnly: false', () => {
  test('the whole content is bound with the HMAC key, and both the block and the seal are found', async () => {
    const { text, end } = await stream(answer.match(/[\s\S]{1,9}/g) ?? [], {
      encodeFirstChunkOnly: false,
      hmacSecretKey,
    })
    expect(end).toMatchObject({ marked: true })
    const verdict = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
    expect(verdict).toMatchObject({ valid: true, contentBound: true, reason: undefined, version: '1.1' })
    const report = await verify(text, { trust: trustList(contentKey(hmacSecretKey)) })
    expect(report.status).toBe('intact')
    expect(report.seals[0]?.claims).toMatchObject({ model: 'gpt-4', custom: { request_id: 'r-1' } })
    expect(report.foreign.map(({ kind }) => kind)).toEqual(['encypher'])
  })

  test('a changed word, and words cut off or added, are found', async () => {
    const { text } = await stream([answer], { encodeFirstChunkOnly: false, hmacSecretKey })
    const changed = UnicodeMetadata.verifyMetadata(text.replace('cat', 'dog'), { hmacSecretKey })
    expect(changed).toMatchObject({ valid: false, contentBound: false, reason: 'CONTENT_ALTERED' })
    const added = UnicodeMetadata.verifyMetadata(`${text} And the dog paid for it.`, { hmacSecretKey })
    expect(added).toMatchObject({ valid: false, contentBound: false })
    const cut = UnicodeMetadata.verifyMetadata(text.slice(0, -40), { hmacSecretKey })
    expect(cut).toMatchObject({ contentBound: false })
  })

  test('any chunking gives the same stripped text and the same verdict', () =>
    fc.assert(
      fc.asyncProperty(scripts, cuts, async (text, at) => {
        const options = { encodeFirstChunkOnly: false, hmacSecretKey, target: 'all_characters' } as const
        const whole = await stream([text], options)
        const cut = await stream(pieces(text, at), options)
        expect(strip(cut.text)).toBe(strip(whole.text))
        const judge = ({ text: marked, end }: typeof whole) =>
          UnicodeMetadata.verifyMetadata(marked, { hmacSecretKey, detached: end.detached })
        expect(judge(cut)).toEqual(judge(whole))
        if (whole.end.marked) expect(judge(whole)).toMatchObject({ valid: true, contentBound: true })
      }),
      { numRuns: 100 },
    ))

  test('without a key the block is embedded, nothing is bound, and finalize says UNKEYED', async () => {
    const { text, end } = await stream(['The cat', ' sat.'], { encodeFirstChunkOnly: false })
    expect(end).toMatchObject({ marked: true, reason: 'UNKEYED' })
    expect(UnicodeMetadata.verifyMetadata(text)).toMatchObject({
      valid: false,
      reason: 'UNSIGNED',
      contentBound: false,
    })
    expect(strip(text)).toBe(text)
  })

  test('an Ed25519 key signs the block and the seal', async () => {
    const privateKey = { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' }
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    const { text } = await stream([answer], {
      encodeFirstChunkOnly: false,
      privateKey,
      signerId: 'me',
      format: 'basic',
    })
    const resolveKey = () => ({ kty: 'OKP', crv: 'Ed25519', x })
    expect(UnicodeMetadata.verifyMetadata(text, { resolveKey })).toMatchObject({
      valid: true,
      contentBound: true,
      signerId: 'me',
    })
    expect(UnicodeMetadata.verifyMetadata(text.replace('mat', 'bed'), { resolveKey }).reason).toBe(
      'CONTENT_ALTERED',
    )
  })
})

describe('minBufferSize', () => {
  test('at most that many code points wait, and then everything flows', () =>
    fc.assert(
      fc.property(scripts, cuts, fc.integer({ min: 1, max: 40 }), (text, at, minBufferSize) => {
        const handler = new StreamingHandler({
          metadata,
          minBufferSize,
          target: 'none',
          onWarning: () => undefined,
        })
        let fed = ''
        let sent = ''
        for (const piece of pieces(text, at)) {
          fed += piece
          sent += handler.processChunk(piece)
          expect(sent).toBe([...fed].length >= minBufferSize ? fed : '')
        }
      }),
    ))

  test('finalize returns what still waits, marked', async () => {
    const { sent, text, end } = await stream(['Hello ', 'there'], { minBufferSize: 50 })
    expect(sent).toEqual(['', ''])
    expect(end.marked).toBe(true)
    expect(new MetadataEncoder().decodeMetadata(text).cleanText).toBe('Hello there')
  })
})

describe('life of a handler', () => {
  test('finalize gives the same answer again, and no chunk is taken after it until reset', async () => {
    const handler = new StreamingHandler({ metadata })
    handler.processChunk('a b')
    const end = await handler.finalize()
    expect(await handler.finalize()).toEqual(end)
    expect(() => handler.processChunk('c')).toThrow(expect.objectContaining({ code: 'FINALIZED' }))
    handler.reset()
    expect(handler.hasEncoded).toBe(false)
    expect(UnicodeMetadata.extractMetadata(handler.processChunk('a b'))).toEqual(metadata)
  })

  test('one that still holds text when it is collected warns once, without a word of the text', async () => {
    const warnings: string[] = []
    dropHandler(message => warnings.push(message))
    await collectGarbage(() => warnings.length > 0)
    expect(warnings).toEqual([expect.stringContaining('12 characters that it held back are lost')])
    expect(warnings[0]).not.toContain('secret')
  })

  test('every invalid option is an error at construction', () => {
    const code = (options: object) => {
      try {
        new StreamingHandler({ metadata, ...options } as never)
        return undefined
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    expect(code({ target: 'WHITESPACE' })).toBe('INVALID_TARGET')
    expect(code({ target: null })).toBe('INVALID_TARGET')
    expect(code({ metadata: { when: () => 1 } })).toBe('UNSERIALISABLE_METADATA')
    expect(code({ metadata: { x: Number.NaN } })).toBe('UNSERIALISABLE_METADATA')
    expect(code({ metadata: [1] })).toBe('UNSERIALISABLE_METADATA')
    expect(code({ format: 'basic' })).toBe('MISSING_KEY')
    expect(code({ format: 'manifest', privateKey: new Uint8Array(32) })).toBe('MISSING_KEY')
    expect(code({ format: 'basic', privateKey: new Uint8Array(31), signerId: 's' })).toBe('INVALID_KEY')
    expect(code({ format: 'c2pa' })).toBe('INVALID_OPTION')
    expect(code({ format: 'basic', hmacSecretKey: 'k' })).toBe('INVALID_OPTION')
    expect(code({ minBufferSize: -1 })).toBe('INVALID_OPTION')
    expect(code({ compat: '1.0', hmacSecretKey: 'k' })).toBe('INVALID_OPTION')
    expect(code({ compat: '2.0' })).toBe('INVALID_OPTION')
    expect(code({ metadata: { timestamp: '2024-03-31T00:00:00' } })).toBe('NAIVE_TIMESTAMP')
    expect(code({ metadata: { timestamp: '2024-03-31T00:00:00' }, naiveTimestamps: 'utc' })).toBeUndefined()
  })

  test('a model, which the handler of @streamseal/stream takes, is named as such', () => {
    const model = { provider: 'openai', modelId: 'gpt', stream: () => undefined }
    expect(() => new StreamingHandler(model as never)).toThrow('@streamseal/stream/handler')
    expect(() => new (StreamingHandler as unknown as new (...all: unknown[]) => unknown)({}, 'sse')).toThrow(
      '@streamseal/stream/handler',
    )
  })
})

function dropHandler(onWarning: (message: string) => void): void {
  const handler = new StreamingHandler({ metadata, minBufferSize: 50, onWarning })
  handler.processChunk('secret words')
}

/** Runs V8's collector until it has told. */
async function collectGarbage(isDone: () => boolean): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  for (let i = 0; i < 100 && !isDone(); i++) {
    gc()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

describe('a seal and its payload', () => {
  test('another payload by the same key, put in the place of the first, is found', async () => {
    const options = { encodeFirstChunkOnly: false, hmacSecretKey } as const
    const { text } = await stream([answer], options)
    const block = (marked: string) => selectorRuns(marked).next().value?.bytes ?? new Uint8Array()
    const other = await stream(['Another text.'], {
      ...options,
      metadata: { ...metadata, model_id: 'claude' },
    })
    expect(block(text).length).toBeGreaterThan(100)
    const swapped = text.replace(toSelectors(block(text)), toSelectors(block(other.text)))
    expect(verdictOn(text)).toMatchObject({ valid: true, contentBound: true })
    expect(verdictOn(swapped)).toMatchObject({ valid: false, contentBound: false, reason: 'CONTENT_ALTERED' })
  })

  test('a text of many payloads is answered in bounded time', () => {
    const one = UnicodeMetadata.embedMetadata({ text: 'a b', metadata, hmacSecretKey: 'other' })
    expect(verdictOn(one.repeat(5000))).toMatchObject({ valid: false, reason: 'SIGNATURE_MISMATCH' })
  })
})

function verdictOn(text: string) {
  return UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
}
