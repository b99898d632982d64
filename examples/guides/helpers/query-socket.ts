/** Guide 2's `/query/ws`, for any server of Node's: one query after the other on one socket. */
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { messagesOf, socketHandler } from './query-handler.ts'

/** Takes the sockets of `/query/ws`. */
export function addQuerySocket(server: Server): void {
  const sockets = new WebSocketServer({ server, path: '/query/ws' })
  sockets.on('connection', socket => {
    // Answers follow each other as the queries did.
    let answered = Promise.resolve()
    socket.on('message', data => {
      answered = answered.then(() => answer(socket, String(data)))
    })
  })
}

async function answer(socket: WebSocket, data: string): Promise<void> {
  const { query = '' } = JSON.parse(data) as { query?: string }
  if (query === '') socket.send(JSON.stringify({ type: 'error', content: 'No query provided' }))
  else await socketHandler.streamWebSocket(socket, messagesOf(query))
}
