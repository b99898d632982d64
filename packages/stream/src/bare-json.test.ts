import { afterEach, describe, expect, test } from 'vitest'
import { generate } from './generate.ts'
import { StreamError } from './stream-error.ts'
import {
  type ProviderServer,
  type RecordingKind,
  randomCuts,
  recordingModels,
  sampleStream,
  serveProvider,
} from './testing.ts'

const kinds = Object.keys(recordingModels) as RecordingKind[]
const servers: ProviderServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(server => server.close())))

async function resultOf(kind: RecordingKind, body: string): Promise<unknown> {
  const server = await serveProvider(() => ({ body, cuts: randomCuts(body.length, 7) }))
  servers.push(server)
  return generate(recordingModels[kind](server.url), { prompt: 'x', retry: false })
    .result()
    .catch((error: unknown) => error)
}

function firstEvents(kind: RecordingKind): string {
  const text = new TextDecoder().decode(sampleStream(kind))
  return text.slice(0, text.indexOf('\n\n', text.length / 3) + 2)
}

const quota = {
  error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded for this model.' },
}

describe.each(kinds)('%s: JSON outside of events', kind => {
  test.each([
    ['in one line', JSON.stringify(quota)],
    ['in many lines, as Google sends it', `${JSON.stringify(quota, undefined, 2)}\n`],
    ['in an array, as Google sends it', `[${JSON.stringify(quota)}\n]\n`],
    ['in a field of its own, as llama.cpp sent it', `error: ${JSON.stringify(quota.error)}\n\n`],
  ])('an error %s is that error, at once or in the middle', async (_, bare) => {
    for (const before of ['', firstEvents(kind)]) {
      const error = await resultOf(kind, before + bare)
      expect(error).toBeInstanceOf(StreamError)
      expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true })
      expect(String(error)).toContain('Quota exceeded')
    }
  })

  test('half an error, or words that are no JSON, leave the stream incomplete', async () => {
    for (const bare of [JSON.stringify(quota).slice(0, -5), 'upstream connect error: reset before headers'])
      expect(await resultOf(kind, firstEvents(kind) + bare)).toMatchObject({ code: 'STREAM_INCOMPLETE' })
  })

  test('after the answer’s end it changes nothing', async () => {
    const body = `${new TextDecoder().decode(sampleStream(kind))}${JSON.stringify(quota)}\n`
    expect(await resultOf(kind, body)).toMatchObject({ finishReason: 'stop' })
  })
})

test('a whole answer under the content type of a stream is that answer', async () => {
  const message = { role: 'assistant', content: 'All at once.' }
  const body = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }, undefined, 2)
  expect(await resultOf('compatible', body)).toMatchObject({ text: 'All at once.', finishReason: 'stop' })
})

test('an event of Anthropic’s that is named beside its data alone is read', async () => {
  const error = { error: { type: 'overloaded_error', message: 'Overloaded' } }
  const body = `${firstEvents('anthropic')}event: error\ndata: ${JSON.stringify(error)}\n\n`
  expect(await resultOf('anthropic', body)).toMatchObject({ code: 'OVERLOADED' })
})
