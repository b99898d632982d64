/** Recorded events, one JSON a line, framed as their provider sends them. */

/** Whose framing. */
export type RecordingKind = 'openai-chat' | 'openai-responses' | 'compatible' | 'google' | 'anthropic'

/**
 * The bytes of the stream. Anthropic names each event; chat completions end with `[DONE]`, in `compatible` only where the recording names a finish reason: a recording that was cut has none.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { frameRecording } from '@streamseal/stream/testing'
 * assert.equal(new TextDecoder().decode(frameRecording('google', '{}')), 'data: {}\n\n')
 * ```
 */
export function frameRecording(kind: RecordingKind, jsonLines: string): Uint8Array {
  const lines = jsonLines.split('\n').filter(line => line.trim() !== '')
  const frames = lines.map(line =>
    kind === 'anthropic' ? `event: ${typeOf(line)}\ndata: ${line}\n\n` : `data: ${line}\n\n`,
  )
  if (endsWithDone(kind, lines)) frames.push('data: [DONE]\n\n')
  return new TextEncoder().encode(frames.join(''))
}

function endsWithDone(kind: RecordingKind, lines: string[]): boolean {
  if (kind === 'openai-chat') return true
  return kind === 'compatible' && lines.some(line => /"finish_reason":\s*"/.test(line))
}

function typeOf(line: string): string {
  try {
    const { type } = JSON.parse(line) as { type?: unknown }
    return typeof type === 'string' ? type : 'message'
  } catch {
    return 'message'
  }
}
