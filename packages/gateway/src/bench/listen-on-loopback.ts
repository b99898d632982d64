/** A server for a measurement: a free port that only this machine reaches. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens; resolves with the port. */
export function listenOnLoopback(server: Server): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      server.on('connection', socket => socket.setNoDelay(true))
      resolve({ server, port: (server.address() as AddressInfo).port })
    })
  })
}
