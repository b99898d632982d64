/** Plays a recording through its model over a real socket and sums up what came out. */
import { createHash } from 'node:crypto'
import { anthropic } from '../anthropic.ts'
import type { Model, RunResult } from '../contract.ts'
import { generate } from '../generate.ts'
import { google } from '../google.ts'
import { openai } from '../openai.ts'
import { openAICompatible } from '../openai-compatible.ts'
import { StreamError, type StreamErrorCode } from '../stream-error.ts'
import { frameRecording, type RecordingKind } from './frame-recording.ts'
import { serveProvider } from './provider-server.ts'
import { randomCuts } from './random-cuts.ts'

/** Sent whole, or cut at random bytes. */
export type PlayMode = 'whole' | 'cut'

/** What came out. Counts that the provider did not state are absent. */
export interface PlayedRecording {
  textSha256: string
  reasoningSha256: string
  toolCalls: { name: string; arguments: string }[]
  finishReason: string
  usage: { inputTokens?: number; cachedInputTokens?: number; outputTokens?: number; reasoningTokens?: number }
  error: null | { code: StreamErrorCode }
}

const key = { apiKey: 'test', headers: {} }

/** The model that reads each kind, at a server's address. */
export const recordingModels: Record<RecordingKind, (url: string) => Model> = {
  'openai-chat': url => openai('recorded', { ...key, baseUrl: `${url}/v1` }),
  'openai-responses': url => openai('recorded', { ...key, baseUrl: `${url}/v1`, api: 'responses' }),
  compatible: url => openAICompatible('recorded', { ...key, baseUrl: `${url}/v1` }),
  google: url => google('recorded', { ...key, baseUrl: `${url}/v1beta` }),
  anthropic: url => anthropic('recorded', { ...key, baseUrl: url }),
}

/**
 * The bytes of a recording file: lines of JSON are framed, by the name `.jsonl` or by the look; anything else is sent as it is.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { recordingBytes } from '@streamseal/stream/testing'
 * const sse = new TextEncoder().encode('data: {}\n\n')
 * assert.equal(recordingBytes('anthropic', 'as-sent.sse', sse), sse)
 * ```
 */
export function recordingBytes(kind: RecordingKind, file: string, content: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(content)
  return file.endsWith('.jsonl') || /^\s*\{/.test(text) ? frameRecording(kind, text) : content
}

/**
 * Plays bytes; `seed` chooses the cuts.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { playRecording, sampleStream } from '@streamseal/stream/testing'
 * const { finishReason, error } = await playRecording('google', sampleStream('google'), 'cut')
 * assert.deepEqual({ finishReason, error }, { finishReason: 'stop', error: null })
 * ```
 */
export async function playRecording(
  kind: RecordingKind,
  body: Uint8Array,
  mode: PlayMode,
  seed = 1,
): Promise<PlayedRecording> {
  const cuts = mode === 'cut' ? randomCuts(body.length, seed) : []
  const server = await serveProvider(() => ({ body, cuts }))
  try {
    const run = generate(recordingModels[kind](server.url), { prompt: 'play', retry: false })
    return await run.result().then(
      result => summary(result, null),
      (error: unknown) => {
        if (error instanceof StreamError) return summary(error.partial ?? {}, { code: error.code })
        throw error
      },
    )
  } finally {
    await server.close()
  }
}

function summary(result: Partial<RunResult>, error: PlayedRecording['error']): PlayedRecording {
  return {
    textSha256: sha256(result.text ?? ''),
    reasoningSha256: sha256(result.reasoning ?? ''),
    toolCalls: (result.toolCalls ?? []).map(({ toolName, input }) => ({ name: toolName, arguments: input })),
    finishReason: result.finishReason ?? 'error',
    usage: usageOf(result),
    error,
  }
}

// The metrics' usage is what the provider said; the result's may be an estimate.
function usageOf({ metrics }: Partial<RunResult>): PlayedRecording['usage'] {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = metrics?.usage ?? {}
  return JSON.parse(JSON.stringify({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }))
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
