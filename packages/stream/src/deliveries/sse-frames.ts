/** A run's parts as server-sent events: `content`, `metadata`, `is_final`, key for key. */
import type { Part, RunMetrics } from '../contract.ts'
import type { Run } from '../run/run.ts'
import { withHeartbeats } from './heartbeats.ts'

/** How frames are written. */
export interface SseFrameOptions {
  /** The `id:` line of a frame; default: none. */
  idOf?: (part: Part) => string
  /** Figures for the final frame's metadata. */
  metrics?: () => RunMetrics
  /** Goes into the final frame's metadata before our own keys. */
  metadata?: Record<string, unknown>
  /** Writes only what comes after this cursor; the final frame holds the whole text all the same. */
  after?: number
}

/** The machine under every SSE delivery. */
export interface SseFrames {
  /** The frame for a part, whole, or nothing where the part has none. */
  take(part: Part): string | undefined
}

/**
 * Makes the machine for one reader.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSseFrames } from '@streamseal/stream/sse'
 * const frames = createSseFrames()
 * const frame = frames.take({ type: 'text-delta', id: 'text-0', delta: 'Hello', cursor: 1 })
 * assert.equal(frame, 'data: {"content":"Hello","metadata":{},"is_final":false}\n\n')
 * ```
 */
export function createSseFrames(options: SseFrameOptions = {}): SseFrames {
  const others = new Set<string>()
  const sealed: { stream_id?: string; detached?: string } = {}
  let response = ''

  function take(part: Part): string | undefined {
    switch (part.type) {
      case 'text-start':
        if (part.choice !== undefined) others.add(part.id)
        return undefined
      case 'text-delta':
        if (others.has(part.id)) return undefined
        response += part.delta
        return frame(part, { content: part.delta, metadata: {}, is_final: false })
      case 'restart':
        response = ''
        return frame(part, { content: '', metadata: { restart: true, code: part.code }, is_final: false })
      case 'seal':
        if (part.choice === undefined) remember(part)
        return undefined
      case 'finish':
        return frame(part, { content: '', metadata: finalMetadata(part), is_final: true })
      case 'error':
        return frame(part, {
          content: '',
          metadata: errorMetadata(part),
          is_final: true,
          error: part.message,
        })
      default:
        return undefined
    }
  }

  function remember({ streamId, detached }: Extract<Part, { type: 'seal' }>): void {
    sealed.stream_id = streamId
    if (detached !== undefined) sealed.detached = detached
  }

  function finalMetadata({ reason }: Extract<Part, { type: 'finish' }>): Record<string, unknown> {
    const metrics = options.metrics === undefined ? {} : { metrics: options.metrics() }
    return { ...options.metadata, final_response: response, finish_reason: reason, ...sealed, ...metrics }
  }

  function errorMetadata({ code, retryable }: Extract<Part, { type: 'error' }>): Record<string, unknown> {
    return { ...options.metadata, code, retryable, ...sealed }
  }

  function frame(part: Part, payload: object): string | undefined {
    if (options.after !== undefined && part.cursor <= options.after) return undefined
    const id = options.idOf === undefined ? '' : `id: ${options.idOf(part)}\n`
    return `data: ${JSON.stringify(payload)}\n${id}\n`
  }

  return { take }
}

/** How a run is written as an event stream. */
export interface SseOptions extends Omit<SseFrameOptions, 'metrics'> {
  /** Milliseconds between comments while nothing else comes; 0 turns them off. Default 15,000. */
  heartbeatMs?: number
}

/**
 * The whole event stream of a run: a comment at once, so that proxies pass the headers on, then frames and heartbeats.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { sseFrames } from '@streamseal/stream/sse'
 * const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' })
 * let written = ''
 * for await (const frame of sseFrames(run)) written += frame
 * assert.match(written, /"final_response":"Hello"/)
 * ```
 */
export async function* sseFrames(run: Run, options: SseOptions = {}): AsyncGenerator<string, undefined> {
  const { heartbeatMs = 15_000, ...rest } = options
  const metadata = { ...run.metadata, ...rest.metadata }
  const machine = createSseFrames({
    idOf: part => `${run.id}:${part.cursor}`,
    ...rest,
    metadata,
    metrics: () => run.metrics,
  })
  yield ': streamseal\n\n'
  yield* withHeartbeats(framesOf(run.parts, machine), ': hb\n\n', heartbeatMs)
}

// Not a generator: one that waits for a part could not be left before the part has come.
function framesOf(parts: AsyncIterableIterator<Part>, machine: SseFrames): AsyncIterator<string, undefined> {
  return {
    async next() {
      for (;;) {
        const { done, value } = await parts.next()
        if (done) return { done: true, value: undefined }
        const frame = machine.take(value)
        if (frame !== undefined) return { done: false, value: frame }
      }
    },
    async return() {
      await parts.return?.()
      return { done: true, value: undefined }
    },
  }
}
