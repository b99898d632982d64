import { describe, expect, test } from 'vitest'
import { generate } from '../generate.ts'
import { faults, tryFault } from './fault-matrix.ts'
import type { RecordingKind } from './frame-recording.ts'
import { recordingModels } from './play-recording.ts'
import { serveProvider } from './provider-server.ts'
import { sampleStream, sampleText } from './sample-streams.ts'

const expected: Record<string, string | null> = {
  'none, a byte at a time': null,
  'the stream ends early, cleanly': 'STREAM_INCOMPLETE',
  'the connection breaks': 'PROVIDER_UNAVAILABLE',
  'half a character, then the end': 'STREAM_INCOMPLETE',
  'garbage in between': 'PROVIDER_PROTOCOL',
  'silence in the middle': 'TIMEOUT_BETWEEN_TOKENS',
  'silence after the head': 'TIMEOUT_FIRST_TOKEN',
  'no head': 'TIMEOUT_CONNECT',
  "the provider's own error in the stream": 'PROVIDER_ERROR',
  'an error at once, after status 200': 'PROVIDER_ERROR',
  'slow: the body comes 300 ms after the head': null,
  'an event of a kind that is yet to come': null,
  'lines of JSON instead of events': 'PROVIDER_PROTOCOL',
  'status 429': 'RATE_LIMITED',
  'status 500': 'PROVIDER_ERROR',
  'a page of HTML with status 200': 'PROVIDER_PROTOCOL',
}

describe.each(Object.keys(recordingModels) as RecordingKind[])('%s', kind => {
  test('the sample comes whole', async () => {
    const server = await serveProvider(() => ({ body: sampleStream(kind) }))
    const result = await generate(recordingModels[kind](server.url), { prompt: 'x' }).result()
    await server.close()
    expect(result).toMatchObject({
      text: sampleText,
      finishReason: 'stop',
      usage: { inputTokens: 9, outputTokens: 12 },
    })
  })

  test.concurrent.each(Object.keys(faults))('%s', async fault => {
    expect(await tryFault(fault, kind)).toMatchObject({ code: expected[fault], leaked: 0 })
  })
})
