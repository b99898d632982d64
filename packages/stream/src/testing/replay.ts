/** A `fetch` that answers every request with a recording, over a real socket. */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { RecordingKind } from './frame-recording.ts'
import { recordingBytes } from './play-recording.ts'
import { type Answer, type ProviderServer, serveProvider } from './provider-server.ts'

/**
 * Plays a recording file; its folder's name says whose framing it has. Faults, cuts and pauses as in `serveProvider`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { anthropic } from '@streamseal/stream/anthropic'
 * import { replay } from '@streamseal/stream/testing'
 * const model = anthropic('claude-test', { apiKey: 'none', fetch: replay('vectors/streams/anthropic/thinking-text-tool.jsonl') })
 * assert.equal((await generate(model, { prompt: 'play' }).result()).finishReason, 'tool-calls')
 * ```
 */
export function replay(path: string, answer: Omit<Answer, 'body'> = {}): typeof globalThis.fetch {
  const kind = basename(dirname(path)) as RecordingKind
  const body = recordingBytes(kind, path, readFileSync(path))
  let server: Promise<ProviderServer> | undefined
  return async (input, init) => {
    server ??= serveProvider(() => ({ ...answer, body }))
    const { url, unref } = await server
    unref()
    const asked = new URL(input instanceof Request ? input.url : input)
    return fetch(`${url}${asked.pathname}${asked.search}`, init)
  }
}
