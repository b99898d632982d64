/**
 * Plain connections to providers that are read into one buffer. Node makes a buffer of 64 KiB for each read and cuts it to what
 * came; its HTTP parser takes a copy of the body in any case, so that what was read is done with at once.
 */
import { Agent, type ClientRequestArgs } from 'node:http'
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

const readBytes = 64 * 1024

// Shared by all connections: each read is handed on before the next one begins.
const buffer = Buffer.allocUnsafeSlow(readBytes)

/** An agent whose connections share the buffer that they are read into. */
export class PlainAgent extends Agent {
  override createConnection(options: ClientRequestArgs): Socket {
    const socket: Socket = connect({
      ...(options as TcpNetConnectOpts),
      onread: {
        buffer,
        callback(length) {
          socket.emit('data', buffer.subarray(0, length))
          return true
        },
      },
    })
    return socket
  }
}
