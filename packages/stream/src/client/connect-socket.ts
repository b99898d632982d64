/** A run's parts over a WebSocket: one message a part, and messages that name the run. */
import type { Arrival, Connection, ConnectionRequest } from './connection.ts'
import type { PartStreamOptions } from './part-stream-options.ts'
import { openSocket, type SocketMessages } from './socket-messages.ts'

/** Resolves when the socket is open, and asked. */
export async function connectSocket(
  { url, body, signal, onAsk }: ConnectionRequest,
  { maxMessageChars, maxWaitingChars, WebSocket }: PartStreamOptions,
): Promise<Connection> {
  const socket = await openSocket(String(url), {
    question: body === undefined ? undefined : JSON.stringify(body),
    onAsk: () => onAsk?.(true),
    signal,
    maxMessageChars,
    maxWaitingChars,
    WebSocket,
  })
  return {
    arrivals: readMessages(socket),
    cancel: () => socket.send('{"type":"cancel"}'),
    close: () => socket.close(),
  }
}

async function* readMessages(socket: SocketMessages): AsyncGenerator<Arrival, undefined, undefined> {
  for (let data = await socket.next(); data !== undefined; data = await socket.next()) yield { data, id: '' }
  return undefined
}
