/** The floor: a bare pipe of `node:http`, which knows nothing of what it carries: `node floor.js <port> <upstream's port>`. */
import { Agent, createServer, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxFreeSockets: 4096 })
const [port, upstreamPort] = process.argv.slice(2).map(Number)

createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming
  const target = { port: upstreamPort, host: '127.0.0.1', path, method, headers, agent }
  const call = request(target, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    outgoing.flushHeaders()
    answer.pipe(outgoing)
  })
  incoming.pipe(call)
  outgoing.on('close', () => {
    if (!outgoing.writableEnded) call.destroy()
  })
  call.on('error', () => outgoing.destroy())
}).listen(port, '127.0.0.1', 16_384)
