/** The floor: a proxy of `node:http` that does nothing but pass bytes on. What a gateway adds is what it takes beyond this. */
import { Agent, request as ask, createServer, type Server } from 'node:http'
import { request as askSecurely, Agent as TlsAgent } from 'node:https'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** Starts it before `target`; resolves with its port. */
export function startBarePipe(target: URL): Promise<{ server: Server; port: number }> {
  const isSecure = target.protocol === 'https:'
  const agent = isSecure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const send = isSecure ? askSecurely : ask
  return listenOnLoopback(
    createServer((request, response) => {
      const url = new URL(request.url ?? '/', target)
      const headers = { ...request.headers, host: target.host }
      const upstream = send(url, { method: request.method ?? 'GET', headers, agent }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      })
      upstream.on('error', () => response.destroy())
      response.on('close', () => upstream.destroy())
      request.pipe(upstream)
    }),
  )
}
