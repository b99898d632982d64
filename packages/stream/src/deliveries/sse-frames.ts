/** A run's parts as server-sent events: `content`, `metadata`, `is_final`, key for key. */
import type { Part, RunMetrics } from '../contract.ts'
import { defined } from '../defined.ts'
import type { Deliverable } from './deliverable.ts'
import type { HeartbeatOptions, PaceOptions } from './delivery-options.ts'
import { readFrames } from './frame-reader.ts'
import type { Frames } from './frames.ts'

/** How frames are written. */
export interface SseFrameOptions {
  /** The `id:` line of a frame, without line ends and NUL; default: none. */
  idOf?: (part: Part) => string
  /** Figures for the final frame's metadata. */
  metrics?: () => RunMetrics | undefined
  /** Goes into the final frame's metadata before our own keys. */
  metadata?: Record<string, unknown>
  /** Writes only what comes after this cursor; the final frame holds the whole text all the same. */
  after?: number
  /** The text before the first part that is read, where reading does not begin at the run's beginning: the final frame holds it too. */
  textBefore?: string
}

/** The machine under every SSE delivery. */
export interface SseFrames extends Frames {
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
  let response = options.textBefore ?? ''

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
    const metrics = defined({ metrics: options.metrics?.() })
    return { ...options.metadata, final_response: response, finish_reason: reason, ...sealed, ...metrics }
  }

  function errorMetadata({ code, retryable }: Extract<Part, { type: 'error' }>): Record<string, unknown> {
    return { ...options.metadata, code, retryable, ...sealed }
  }

  function frame(part: Part, payload: object): string | undefined {
    if (options.after !== undefined && part.cursor <= options.after) return undefined
    const id = options.idOf === undefined ? '' : `id: ${oneLine(options.idOf(part))}\n`
    return `data: ${JSON.stringify(payload)}\n${id}\n`
  }

  return { take }
}

/** An id that held a line's end would be read as a field of its own, and one with NUL not at all (WHATWG HTML §9.2.6). */
function oneLine(id: string): string {
  if (/[\r\n\0]/.test(id))
    throw new TypeError(`Cannot write the id ${JSON.stringify(id)}: it is not one line`)
  return id
}

/** How a run is written as an event stream. */
export interface SseOptions extends Omit<SseFrameOptions, 'metrics'>, HeartbeatOptions, PaceOptions {
  /** Milliseconds after which an `EventSource` comes back, sent as `retry:`; default: none is sent, and browsers take about 3,000. */
  retryMs?: number
}

/** The machine of a whole event stream: a comment at once, so that proxies pass the headers on, then frames and heartbeats. */
export function sseMachine(run: Deliverable, options: SseOptions = {}): Frames {
  const { retryMs, ...rest } = options
  const frames = createSseFrames({
    idOf: part => `${run.id}:${part.cursor}`,
    ...rest,
    metadata: { ...run.metadata, ...rest.metadata },
    metrics: () => run.metrics,
  })
  const retry = retryMs === undefined ? '' : `retry: ${Math.round(retryMs)}\n`
  return { opening: `: streamseal\n${retry}\n`, beat: ': hb\n\n', take: part => frames.take(part) }
}

/**
 * The whole event stream of a run as strings, for a server of another kind.
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
export function sseFrames(
  run: Deliverable,
  options: SseOptions = {},
): AsyncIterableIterator<string, undefined> {
  return readFrames(run, sseMachine(run, options), options)
}
