/** Frames to a bare Node response, no faster than its reader reads. */
import type { ServerResponse } from 'node:http'
import type { ConnectionOptions } from './delivery-options.ts'
import type { FrameReader } from './frame-reader.ts'

/** How frames are written. */
export interface WriteOptions extends ConnectionOptions {
  /** Called where the reader goes before the end, or is given up. */
  onLeave(): void
}

/** Writes until the frames end or the reader has left; says which. Errors of the source are thrown. */
export async function writeFrames(
  frames: FrameReader,
  response: ServerResponse,
  { onLeave, maxBufferedBytes = 65_536, stallTimeoutMs = 120_000 }: WriteOptions,
): Promise<'ended' | 'left'> {
  const connection = watchConnection(response, stallTimeoutMs, () => {
    onLeave()
    void frames.return()
  })
  frames.onTooSlow = error => response.destroy(error)
  try {
    while (!connection.hasLeft) {
      const { done, value } = await frames.next()
      if (connection.hasLeft) break
      if (done) return 'ended'
      if (!response.write(value) && response.writableLength > maxBufferedBytes) await connection.drained()
    }
    return 'left'
  } catch (error) {
    // Giving the reader up destroys the response first, and is told by that alone.
    if (connection.hasLeft || response.destroyed) return 'left'
    throw error
  } finally {
    connection.dispose()
    void frames.return()
  }
}

interface Connection {
  readonly hasLeft: boolean
  /** Resolves when what was written is gone, or the reader; a reader who takes nothing in time is left. */
  drained(): Promise<void>
  dispose(): void
}

function watchConnection(response: ServerResponse, stallTimeoutMs: number, onLeave: () => void): Connection {
  let hasLeft = response.destroyed
  let wake: (() => void) | undefined
  const onClose = (): void => {
    hasLeft = true
    onLeave()
    wake?.()
  }
  const onDrain = (): void => wake?.()
  response.on('close', onClose)
  response.on('drain', onDrain)
  if (hasLeft) onLeave()
  return {
    get hasLeft() {
      return hasLeft
    },
    drained() {
      if (hasLeft) return Promise.resolve()
      const timer = stallTimeoutMs > 0 ? setTimeout(() => response.destroy(), stallTimeoutMs) : undefined
      return new Promise(resolve => {
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    dispose() {
      response.off('close', onClose)
      response.off('drain', onDrain)
    },
  }
}
