/** Bytes to a socket, and what comes back: what no HTTP client would send. */
import { connect, type Socket } from 'node:net'

/** What came back. */
export interface RawAnswer {
  readonly text: string
  /** The statuses of all answers in it. */
  readonly statuses: readonly number[]
  /** Whether the server closed the connection within the wait. */
  readonly closed: boolean
}

/** Sends the pieces and reads until the server closes, or for `waitMs`. */
export async function sendRaw(
  port: number,
  pieces: readonly (string | Buffer)[],
  waitMs = 3000,
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (piece: string) => {
    // Enough to judge by: a hostile client must not become the proof's own flood.
    if (text.length < 100_000) text += piece
  })
  socket.on('error', () => undefined)
  const closed = new Promise<boolean>(resolve => {
    socket.once('close', () => resolve(true))
    setTimeout(() => resolve(false), waitMs).unref()
  })
  for (const piece of pieces) if (!(await write(socket, piece))) break
  const wasClosed = await closed
  socket.destroy()
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  return { text, statuses, closed: wasClosed }
}

/** Writes and waits while the other side takes nothing; false where it has closed. */
function write(socket: Socket, piece: string | Buffer): Promise<boolean> {
  if (socket.destroyed) return Promise.resolve(false)
  if (socket.write(piece)) return Promise.resolve(true)
  return new Promise(resolve => {
    const onDrain = (): void => settle(true)
    const onClose = (): void => settle(false)
    const settle = (isOpen: boolean): void => {
      socket.off('drain', onDrain).off('close', onClose)
      resolve(isOpen)
    }
    socket.once('drain', onDrain).once('close', onClose)
  })
}
