/** JSON events as an event stream, for protocols of other people's clients. */
import type { Part } from '../contract.ts'
import type { Frames } from './frames.ts'
import { idLine } from './id-line.ts'

/** How events are written. */
export interface EventFrameOptions {
  /** Names each event by its `type`, in an `event:` line. */
  isNamed?: boolean
  /** The `id:` line of a part's last event. */
  idOf?: (part: Part) => string
  /** Data of one more event after the last part of a run that has not failed, such as `[DONE]`. */
  done?: string
  /** Sent while nothing else comes; default a comment. */
  beat?: string
  /** False where clients cannot be told to forget what they have read: a restart is then the run's failure. Default true. */
  restarts?: boolean
}

/** Makes the machine of one reader around one that turns parts into events. */
export function createEventFrames(
  take: (part: Part) => readonly { type?: string }[],
  { isNamed = false, idOf, done, beat = ': hb\n\n', restarts = true }: EventFrameOptions = {},
): Frames {
  let isOver = false
  const written = (event: { type?: string }): string =>
    `${isNamed ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n`
  return {
    opening: ': streamseal\n\n',
    beat,
    take(part) {
      if (isOver) return undefined
      isOver = part.type === 'restart' && !restarts
      const events = take(part)
      const end = done !== undefined && part.type === 'finish' ? `data: ${done}\n\n` : ''
      if (events.length === 0) return end === '' ? undefined : end
      const id = idOf === undefined ? '' : idLine(idOf(part))
      return `${events.map(written).join('\n')}${id}\n${end}`
    },
  }
}
