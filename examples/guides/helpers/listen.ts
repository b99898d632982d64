/** A server on a free port of the loopback, for an example to ask and to close. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running server. */
export interface Listening {
  url: string
  close(): Promise<void>
}

/** Starts a request listener, or takes a server that is made already. */
export async function listen(listener: RequestListener | Server): Promise<Listening> {
  const server = typeof listener === 'function' ? createServer(listener) : listener
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve, reject) => {
      server.close(error => (error ? reject(error) : resolve()))
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, close }
}
