/** Streams one answer from the gateway and tells of it in changes, at most one a frame. */
import { type QueryFrame, type QueryOptions, queryStream, StreamError } from '@streamseal/stream/client'
import { createFrameBatcher } from '../shared/frame-batcher.ts'
import type { Answer } from './answer.ts'
import { closingOf, metricsOf } from './final-frame.ts'

/** One step of an answer: text that came, or what is now known of it. */
export type AnswerStep = { type: 'text'; added: string } | { type: 'change'; change: Partial<Answer> }

/** How the stream ended for this page. */
export type StreamOutcome = 'complete' | 'stopped' | 'failed' | 'unauthorized'

/** Asks `query`; every step goes to `tell`, the last before the promise resolves. Never rejects. */
export async function streamAnswer(
  query: string,
  options: QueryOptions,
  tell: (step: AnswerStep) => void,
): Promise<StreamOutcome> {
  const change = (known: Partial<Answer>): void => tell({ type: 'change', change: known })
  const text = createFrameBatcher(added => tell({ type: 'text', added }))
  try {
    const frames = await queryStream(query, options)
    if (frames.streamId !== undefined) change({ streamId: frames.streamId })
    for await (const frame of frames) {
      text.push(frame.content)
      if (!frame.isFinal) continue
      text.flush()
      change(finished(frame))
    }
    return 'complete'
  } catch (error) {
    text.flush()
    if (options.signal?.aborted) return 'stopped'
    change({ status: 'failed', endedAtMs: performance.now(), failure: messageOf(error) })
    const unauthorized = error instanceof StreamError && error.code === 'AUTHENTICATION_FAILED'
    return unauthorized ? 'unauthorized' : 'failed'
  }
}

function finished(frame: QueryFrame): Partial<Answer> {
  return {
    status: 'complete',
    endedAtMs: performance.now(),
    ...closingOf(frame.metadata),
    measured: metricsOf(frame.metadata),
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
