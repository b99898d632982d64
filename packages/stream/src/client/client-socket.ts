/** What a client needs of a WebSocket: the browser's, and that of `ws`. */

/** A socket that is connecting. */
export interface ClientSocket {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void
}

/** Opens a socket. */
export type ClientSocketConstructor = new (url: string) => ClientSocket

/** The one that is given, or the global one. */
export function socketConstructor(given: ClientSocketConstructor | undefined): ClientSocketConstructor {
  const found = given ?? (globalThis as { WebSocket?: ClientSocketConstructor }).WebSocket
  if (found === undefined) {
    throw new TypeError(
      'Cannot open a socket: there is no global WebSocket; give one as the option WebSocket',
    )
  }
  return found
}
