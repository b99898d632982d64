/** What is needed of a WebSocket: `ws` has it, and so has the WHATWG's. */

/** A socket that is open, or about to be. */
export interface SocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  /** Bytes that were sent and have not left. */
  readonly bufferedAmount: number
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void
  removeEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void
  /** `ws` alone has it: a ping of the protocol, which keeps proxies from closing. */
  ping?(): void
  /** `ws` alone has it: closes without a word. */
  terminate?(): void
}

const CONNECTING = 0
const OPEN = 1

/** Whether anything can be sent. */
export function isOpen(socket: SocketLike): boolean {
  return socket.readyState === OPEN
}

/** Resolves when the socket is open, or will never be. */
export function opened(socket: SocketLike): Promise<void> {
  if (socket.readyState !== CONNECTING) return Promise.resolve()
  return new Promise(resolve => {
    const settle = (): void => {
      socket.removeEventListener('open', settle)
      socket.removeEventListener('close', settle)
      resolve()
    }
    socket.addEventListener('open', settle)
    socket.addEventListener('close', settle)
  })
}

/** The close code for a peer who is too slow (IANA, WebSocket Close Code Number Registry). */
export const TRY_AGAIN_LATER = 1013
