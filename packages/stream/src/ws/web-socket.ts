/** A run over a WebSocket, bounded by what the socket has not yet sent. */
import { defined } from '../defined.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import {
  type ConnectionOptions,
  type DeliveryOptions,
  type HeartbeatOptions,
  leave,
  type PaceOptions,
} from '../deliveries/delivery-options.ts'
import { readFrames } from '../deliveries/frame-reader.ts'
import type { Frames } from '../deliveries/frames.ts'
import { sleep } from '../sleep.ts'
import { createQueryFrames } from './query-frames.ts'
import { isOpen, opened, type SocketLike, TRY_AGAIN_LATER } from './socket.ts'

/** How a run is delivered over a socket. `heartbeatMs` sends pings where the socket can (`ws` can, the WHATWG's cannot). */
export interface WebSocketOptions
  extends PaceOptions,
    ConnectionOptions,
    HeartbeatOptions,
    Pick<DeliveryOptions, 'onLeave'> {
  /** The protocol; default `createQueryFrames` with the run's metadata and figures. */
  frames?: Frames
  /** Closes the socket, with 1000, when the run has been delivered; default: it stays open for what is asked next. */
  closeAtEnd?: boolean
}

/**
 * Sends the run's frames, one message each, no faster than the socket sends; resolves when all are sent or the reader
 * has left. A reader who is given up is closed with 1013, and may come back.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { webSocket } from '@streamseal/stream/web-socket'
 * const sent: string[] = []
 * const socket = Object.assign(new EventTarget(), { readyState: 1, bufferedAmount: 0, send: (data: string) => sent.push(data), close() {} })
 * await webSocket(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), socket)
 * assert.equal(JSON.parse(sent.at(-1) ?? '').content, 'Hello')
 * ```
 */
export async function webSocket(
  run: Deliverable,
  socket: SocketLike,
  options: WebSocketOptions = {},
): Promise<'ended' | 'left'> {
  const frames =
    options.frames ??
    createQueryFrames({ ...defined({ metadata: run.metadata }), metrics: () => run.metrics })
  const reader = readFrames(run, frames, options)
  reader.onTooSlow = () => socket.close(TRY_AGAIN_LATER, 'The reader is too slow')
  const onClose = (): void => {
    leave(run, options)
    void reader.return()
  }
  socket.addEventListener('close', onClose)
  const stopPinging = pingWhileOpen(socket, options)
  try {
    await opened(socket)
    while (isOpen(socket)) {
      const { done, value } = await reader.next()
      if (done || !isOpen(socket)) break
      socket.send(value)
      if (socket.bufferedAmount > 0) await room(socket, options)
    }
    if (!isOpen(socket)) {
      onClose()
      return 'left'
    }
    if (options.closeAtEnd) socket.close(1000)
    return 'ended'
  } catch (error) {
    if (!isOpen(socket)) return 'left'
    throw error
  } finally {
    socket.removeEventListener('close', onClose)
    stopPinging()
  }
}

const firstPauseMs = 2
const longestPauseMs = 50

/** Neither kind of socket says when it has sent what waited, so it is asked again and again; one that sends nothing in time is closed. */
async function room(
  socket: SocketLike,
  { maxBufferedBytes = 65_536, stallTimeoutMs = 120_000 }: ConnectionOptions,
): Promise<void> {
  let least = socket.bufferedAmount
  let leastAt = performance.now()
  for (let pauseMs = firstPauseMs; isOpen(socket) && socket.bufferedAmount > maxBufferedBytes; ) {
    await sleep(pauseMs)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    if (socket.bufferedAmount < least) {
      least = socket.bufferedAmount
      leastAt = performance.now()
    } else if (stallTimeoutMs > 0 && performance.now() - leastAt > stallTimeoutMs) {
      if (socket.terminate === undefined) socket.close(TRY_AGAIN_LATER, 'The reader takes nothing')
      else socket.terminate()
    }
  }
}

function pingWhileOpen(socket: SocketLike, { heartbeatMs = 15_000 }: HeartbeatOptions): () => void {
  if (heartbeatMs <= 0 || socket.ping === undefined) return () => undefined
  const timer = setInterval(() => {
    if (isOpen(socket)) socket.ping?.()
  }, heartbeatMs)
  return () => clearInterval(timer)
}
