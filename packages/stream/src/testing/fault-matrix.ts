/** Every fault put into every provider's stream, over a real socket: what a caller is told. */
import { generate } from '../generate.ts'
import { StreamError, type StreamErrorCode } from '../stream-error.ts'
import type { RecordingKind } from './frame-recording.ts'
import { recordingModels } from './play-recording.ts'
import { type Answer, serveProvider } from './provider-server.ts'
import { errorOnlyStream, failingSampleStream, sampleStream, unknownEventStream } from './sample-streams.ts'

/** What came of one fault with one provider. */
export interface FaultOutcome {
  fault: string
  kind: RecordingKind
  /** `null` where the answer came whole all the same. */
  code: StreamErrorCode | null
  retryable: boolean
  /** Characters of text that had come. */
  characters: number
  /** Answers that the provider was still sending 100 ms after the end. */
  leaked: number
}

const json = { 'content-type': 'application/json' }
const refusal = (status: number): Answer => ({ status, headers: json, body: '{"error":{"message":"no"}}' })

/** In words, and as an answer. */
export const faults: Readonly<Record<string, (kind: RecordingKind) => Answer>> = {
  'none, a byte at a time': kind => ({ body: sampleStream(kind), cuts: [...sampleStream(kind).keys()] }),
  'the stream ends early, cleanly': kind => ({
    body: sampleStream(kind),
    fault: { kind: 'end', at: middle(kind) },
  }),
  'the connection breaks': kind => ({ body: sampleStream(kind), fault: { kind: 'cut', at: middle(kind) } }),
  'half a character, then the end': kind => ({
    body: sampleStream(kind),
    fault: { kind: 'end', at: insideCharacter(kind) },
  }),
  'garbage in between': kind => ({ body: sampleStream(kind), fault: { kind: 'garbage', at: middle(kind) } }),
  'silence in the middle': kind => ({ body: sampleStream(kind), fault: { kind: 'stall', at: middle(kind) } }),
  'silence after the head': kind => ({ body: sampleStream(kind), fault: { kind: 'stall', at: 0 } }),
  'no head': kind => ({ body: sampleStream(kind), fault: { kind: 'silent' } }),
  "the provider's own error in the stream": kind => ({ body: failingSampleStream(kind) }),
  'an error at once, after status 200': kind => ({ body: errorOnlyStream(kind) }),
  'slow: the body comes 300 ms after the head': kind => ({
    body: sampleStream(kind),
    fault: { kind: 'late', afterMs: 300 },
  }),
  'an event of a kind that is yet to come': kind => ({ body: unknownEventStream(kind) }),
  'lines of JSON instead of events': () => ({
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"message":{"content":"Hi"},"done":true}\n',
  }),
  'status 429': () => refusal(429),
  'status 500': () => refusal(500),
  'a page of HTML with status 200': () => ({
    headers: { 'content-type': 'text/html' },
    body: '<h1>Bad gateway</h1>',
  }),
}

/**
 * Tries one. Time-outs are short: this is about what is told, not when.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { tryFault } from '@streamseal/stream/testing'
 * assert.equal((await tryFault('status 429', 'anthropic')).code, 'RATE_LIMITED')
 * ```
 */
export async function tryFault(fault: string, kind: RecordingKind): Promise<FaultOutcome> {
  const answer = faults[fault]?.(kind)
  if (answer === undefined)
    throw new RangeError(`Cannot try the fault "${fault}": there is none of this name`)
  const server = await serveProvider(() => answer)
  try {
    const timeouts = { connectMs: 1000, firstTokenMs: 1200, betweenTokensMs: 1000 }
    const run = generate(recordingModels[kind](server.url), { prompt: 'x', retry: false, timeouts })
    const error = await run.result().then(
      () => undefined,
      (reason: unknown) => (reason instanceof StreamError ? reason : undefined),
    )
    await new Promise(resolve => setTimeout(resolve, 100))
    const { characters } = run.metrics
    return {
      fault,
      kind,
      code: error?.code ?? null,
      retryable: error?.retryable ?? false,
      characters,
      leaked: server.openStreams,
    }
  } finally {
    await server.close()
  }
}

function middle(kind: RecordingKind): number {
  const bytes = Buffer.from(sampleStream(kind))
  // Between two events, after some text.
  return bytes.indexOf('\n\n', bytes.indexOf('aus ')) + 2
}

function insideCharacter(kind: RecordingKind): number {
  return Buffer.from(sampleStream(kind)).indexOf('東') + 1
}
