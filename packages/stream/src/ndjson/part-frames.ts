/** A run's typed parts as they are, for readers who want all of them. */
import type { Part } from '../contract.ts'
import type { Frames } from '../deliveries/frames.ts'
import { idLine } from '../deliveries/id-line.ts'

/**
 * One part a line (NDJSON). While nothing comes, empty lines, which readers pass over.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createPartLines } from '@streamseal/stream/ndjson'
 * assert.equal(createPartLines().take({ type: 'text-end', id: 'text-0', cursor: 4 }), '{"type":"text-end","id":"text-0","cursor":4}\n')
 * ```
 */
export function createPartLines(): Frames {
  return { beat: '\n', take: part => `${JSON.stringify(part)}\n` }
}

/**
 * One part a message, for `webSocket`. With a run's id, `{"type":"run","id":…}` comes first and while nothing else
 * does, so that a reader knows what to come back to, and that it is still there.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createPartMessages } from '@streamseal/stream/ndjson'
 * assert.equal(createPartMessages().take({ type: 'text-end', id: 'text-0', cursor: 4 }), '{"type":"text-end","id":"text-0","cursor":4}')
 * ```
 */
export function createPartMessages(runId?: string): Frames {
  const take = (part: Part): string => JSON.stringify(part)
  if (runId === undefined) return { take }
  const name = JSON.stringify({ type: 'run', id: runId })
  return { opening: name, beat: name, take }
}

/**
 * One part an event, with the run's id and the cursor as the event's, for `sseResponse`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createPartEvents } from '@streamseal/stream/ndjson'
 * const { take } = createPartEvents('run-1')
 * assert.equal(take({ type: 'text-end', id: 'text-0', cursor: 4 }), 'data: {"type":"text-end","id":"text-0","cursor":4}\nid: run-1:4\n\n')
 * ```
 */
export function createPartEvents(runId: string): Frames {
  const take = (part: Part): string => `data: ${JSON.stringify(part)}\n${idLine(`${runId}:${part.cursor}`)}\n`
  return { opening: ': streamseal\n\n', beat: ': hb\n\n', take }
}
