/** A run's parts as server-sent events: `content`, `metadata`, `is_final`, key for key. */
import type { Part } from '../contract.ts'
import { type AnswerEvent, type AnswerEventOptions, createAnswerEvents } from './answer-events.ts'
import type { Deliverable } from './deliverable.ts'
import type { HeartbeatOptions, PaceOptions } from './delivery-options.ts'
import { readFrames } from './frame-reader.ts'
import type { Frames } from './frames.ts'
import { idLine } from './id-line.ts'

/** How frames are written. `metrics` and `textBefore` go into the final frame. */
export interface SseFrameOptions extends AnswerEventOptions {
  /** The `id:` line of a frame, without line ends and NUL; default: none. */
  idOf?: (part: Part) => string
  /** Goes into the final frame's metadata before our own keys. */
  metadata?: Record<string, unknown>
  /** Writes only what comes after this cursor; the final frame holds the whole text all the same. */
  after?: number
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
  const { after = 0, idOf, metadata } = options
  const events = createAnswerEvents(options)

  function take(part: Part): string | undefined {
    const event = events(part)
    if (event === undefined || (after > 0 && part.cursor <= after)) return undefined
    const id = idOf === undefined ? '' : idLine(idOf(part))
    return `data: ${JSON.stringify(payloadOf(event, metadata))}\n${id}\n`
  }

  return { take }
}

function payloadOf(event: AnswerEvent, given: SseFrameOptions['metadata']): object {
  switch (event.type) {
    case 'text':
      return { content: event.text, metadata: {}, is_final: false }
    case 'restart':
      return { content: '', metadata: { restart: true, ...event.metadata }, is_final: false }
    case 'complete': {
      const metadata = { ...given, final_response: event.text, ...event.metadata }
      return { content: '', metadata, is_final: true }
    }
    case 'error': {
      const metadata = { ...given, ...event.metadata }
      return { content: '', metadata, is_final: true, error: event.message }
    }
  }
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
