/** Clients in a process of their own, so that what is measured in this one is the server's. */
import { spawn } from 'node:child_process'

/** Asks `GET /` over so many connections when it is told to, and reads what comes. */
const program = `
const { connect } = require('node:net')
process.stdin.on('data', count => {
  for (let index = 0; index < Number(count); index++) {
    const socket = connect(Number(process.argv[1]), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\\r\\nHost: proof\\r\\n\\r\\n')
    socket.resume()
  }
})`

/** The clients of a server on this machine. */
export interface Connections {
  open(count: number): void
  close(): void
}

/** Starts the process. */
export function connectionsTo(port: number): Connections {
  const child = spawn(process.execPath, ['-e', program, String(port)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  return {
    open: count => void child.stdin.write(`${count}\n`),
    close: () => void child.kill(),
  }
}
