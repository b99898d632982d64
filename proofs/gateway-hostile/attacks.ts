/** What hostile clients do, each with what must become of it. */
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayProcess } from '../helpers/gateway-process.ts'
import { sendRaw } from './raw.ts'

/** What an attack needs to know. */
export interface Target {
  readonly gateway: GatewayProcess
  readonly key: string
  /** How many sockets, tries or the like; the short proof takes fewer. */
  readonly size: number
  /** Fails where the gateway does not answer an honest client in time; gives the time in milliseconds. */
  honest(): Promise<number>
}

/** An attack: gives what was seen in a few words, and its faults. */
export interface Attack {
  readonly name: string
  run(target: Target): Promise<{ seen: string; faults: string[] }>
}

const chat = JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'Hello' }] })
const head = (line: string, more = ''): string => `${line}\r\nHost: localhost\r\n${more}`
const authorised = ({ key }: Target): string => `Authorization: Bearer ${key}\r\n`

/** All of them. */
export const attacks: readonly Attack[] = [
  {
    name: 'slowloris: headers that never end',
    async run({ gateway, size, honest }) {
      const sockets = await openSockets(gateway.port, size)
      for (const socket of sockets)
        socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-A: ')
      const drip = setInterval(() => {
        for (const socket of sockets) if (!socket.destroyed) socket.write('a')
      }, 500)
      const slowest = Math.max(await honest(), await honest())
      const left = await waitUntilClosed(sockets, 20_000)
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
      return {
        seen: `${size} sockets, all closed but ${left}; an honest client waited ${slowest} ms`,
        faults: left > 0 ? [`${left} of ${size} sockets with unending headers are still open`] : [],
      }
    },
  },
  {
    name: 'bodies that drip',
    async run(target) {
      const { gateway, size, honest } = target
      const sockets = await openSockets(gateway.port, size)
      const start = `${head('POST /v1/chat/completions HTTP/1.1', authorised(target))}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`
      for (const socket of sockets) socket.write(start)
      const drip = setInterval(() => {
        for (const socket of sockets) if (!socket.destroyed) socket.write(' ')
      }, 500)
      const slowest = await honest()
      const left = await waitUntilClosed(sockets, 25_000)
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
      return {
        seen: `${size} sockets, all closed but ${left}; an honest client waited ${slowest} ms`,
        faults: left > 0 ? [`${left} of ${size} sockets with unending bodies are still open`] : [],
      }
    },
  },
  {
    name: 'idle sockets',
    async run({ gateway, size, honest }) {
      const sockets = await openSockets(gateway.port, size * 10)
      const slowest = Math.max(await honest(), await honest())
      const open = sockets.filter(socket => !socket.destroyed).length
      for (const socket of sockets) socket.destroy()
      return {
        seen: `${size * 10} sockets, ${open} stayed; an honest client waited ${slowest} ms`,
        faults: [],
      }
    },
  },
  {
    name: 'giant headers',
    async run(target) {
      const { gateway } = target
      const faults: string[] = []
      const statuses = new Set<number>()
      const giants = [
        `X-Big: ${'a'.repeat(1_000_000)}\r\n`,
        'X-Many: a\r\n'.repeat(100_000),
        `Cookie: ${'a=b; '.repeat(100_000)}\r\n`,
        `Authorization: Bearer ${'k'.repeat(100_000)}\r\n`,
      ]
      for (const giant of giants) {
        const answer = await sendRaw(gateway.port, [`${head('GET /v1/models HTTP/1.1', giant)}\r\n`])
        for (const status of answer.statuses) statuses.add(status)
        if (!answer.closed || answer.statuses.some(status => status < 400 || status >= 500)) {
          faults.push(`headers of ${giant.length} bytes: ${answer.statuses}, closed: ${answer.closed}`)
        }
      }
      return { seen: `${giants.length} kinds: ${[...statuses]}`, faults }
    },
  },
  {
    name: 'giant bodies',
    async run(target) {
      const { gateway } = target
      const faults: string[] = []
      const statuses = new Set<number>()
      const type = `${authorised(target)}Content-Type: application/json\r\n`
      const piece = Buffer.alloc(1_000_000, 'a')
      const pieces = Array.from({ length: 20 }, () => piece)
      const inChunks = [...pieces.flatMap(bytes => ['f4240\r\n', bytes, '\r\n']), '0\r\n\r\n']
      for (const path of [
        '/v1/chat/completions',
        '/verify',
        '/strip',
        '/stream',
        '/api/chat',
        '/v1/embeddings',
      ]) {
        const declared = `${head(`POST ${path} HTTP/1.1`, type)}Content-Length: 20000000\r\n\r\n`
        const chunked = `${head(`POST ${path} HTTP/1.1`, type)}Transfer-Encoding: chunked\r\n\r\n`
        for (const bytes of [
          [declared, ...pieces],
          [chunked, ...inChunks],
        ]) {
          const answer = await sendRaw(gateway.port, bytes)
          for (const status of answer.statuses) statuses.add(status)
          // A reset before the answer was read is an answer too; and after an early answer the rest may be read and dropped.
          if (
            (!answer.closed && answer.statuses.length === 0) ||
            answer.statuses.some(status => status < 400 || status >= 500)
          ) {
            faults.push(`20 MB to ${path}: ${answer.statuses}, closed: ${answer.closed}`)
          }
        }
      }
      return { seen: `20 MB to 6 routes, declared and in chunks: ${[...statuses]}`, faults }
    },
  },
  {
    name: 'deep and odd JSON',
    async run(target) {
      const deep = (open: string, close: string, depth: number): string =>
        open.repeat(depth) + close.repeat(depth)
      const bodies = [
        deep('[', ']', 400_000),
        deep('{"a":', '}', 100_000).replace('}', '1}'),
        `{"model":"demo","messages":${deep('[', ']', 200_000)}}`,
        `{"model":"demo","messages":[{"role":"user","content":${deep('[', ']', 200_000)}}]}`,
        `{"model":"demo","messages":[{"role":"user","content":"hi"}],"tools":${deep('[{"a":', '}]', 50_000)}}`,
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"model":"demo","messages":[]}',
        `{"model":"demo","messages":[${'{"role":"user","content":"a"},'.repeat(20_000)}{"role":"user","content":"a"}]}`,
        `{"model":${'9'.repeat(500_000)}}`,
        `{"model":"${'\\ud800'.repeat(100_000)}","messages":[]}`,
        '\u0000',
        'null',
        '"',
      ]
      const faults: string[] = []
      const tally = new Map<number, number>()
      for (const path of [
        '/v1/chat/completions',
        '/v1/responses',
        '/v1/messages',
        '/stream',
        '/verify',
        '/seal',
      ]) {
        for (const [index, body] of bodies.entries()) {
          const started = Date.now()
          const status = await post(target, path, body)
          tally.set(status, (tally.get(status) ?? 0) + 1)
          if (status >= 500) faults.push(`JSON ${index} to ${path}: ${status}`)
          if (Date.now() - started > 10_000)
            faults.push(`JSON ${index} to ${path} took ${Date.now() - started} ms`)
        }
      }
      return { seen: [...tally].map(([status, count]) => `${count} × ${status}`).join(', '), faults }
    },
  },
  {
    name: 'request smuggling',
    async run(target) {
      const inner = `GET /v1/models HTTP/1.1\r\nHost: localhost\r\n${authorised(target)}\r\n`
      const post = (headers: string, body: string): string =>
        `POST /strip HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n${body}`
      const tricks = [
        post('Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${inner}`),
        post('Transfer-Encoding: chunked\r\nContent-Length: 6\r\n', `0\r\n\r\n${inner}`),
        post('Content-Length: 0\r\nContent-Length: 44\r\n', inner),
        post('Content-Length: 5, 5\r\n', `hello${inner}`),
        post('Content-Length: +5\r\n', `hello${inner}`),
        post('Content-Length: 0x5\r\n', `hello${inner}`),
        post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${inner}`),
        post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${inner}`),
        post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${inner}`),
        post('Transfer-Encoding:\x0bchunked\r\n', `0\r\n\r\n${inner}`),
        post('X: a\r\n Transfer-Encoding: chunked\r\n', `0\r\n\r\n${inner}`),
        post('X: a\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${inner}`),
        post('Transfer-Encoding: chunked\r\n', `5;a=\nb\r\nhello\r\n0\r\n\r\n${inner}`),
        post('Transfer-Encoding: chunked\r\n', `0x5\r\nhello\r\n0\r\n\r\n${inner}`),
        post('Transfer-Encoding: chunked\r\n', `ffffffffffffffffff\r\nhello\r\n0\r\n\r\n${inner}`),
      ]
      const faults: string[] = []
      for (const [index, trick] of tricks.entries()) {
        const answer = await sendRaw(target.gateway.port, [trick], 1500)
        // The request inside must never be taken for one of its own after a head that two servers may read differently.
        if (answer.statuses.includes(200)) faults.push(`trick ${index} is answered ${answer.statuses}`)
      }
      return { seen: `${tricks.length} ambiguous heads, none answered`, faults }
    },
  },
  {
    name: 'paths and hosts',
    async run(target) {
      const faults: string[] = []
      const tally = new Map<number, number>()
      const paths = [
        '/../../etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/..%2f..%2fetc%2fpasswd',
        '//etc/passwd',
        '/verify/../../package.json',
        '/assets/..%5c..%5cpackage.json',
        '/%00',
        '/%',
        '/%ff%fe',
        '/runs/..%2f..%2fkeys',
        '/runs/%00/stream',
        `/runs/${'a'.repeat(10_000)}`,
        '/v1/../keys',
        '/.streamseal/keys',
        'http://169.254.169.254/latest/meta-data',
        '*',
        '/v1//models',
        '/v1/models/..;/..;/metrics',
      ]
      for (const path of paths) {
        const answer = await sendRaw(target.gateway.port, [
          `${head(`GET ${path} HTTP/1.1`, 'Connection: close\r\n')}\r\n`,
        ])
        const status = answer.statuses[0] ?? 0
        tally.set(status, (tally.get(status) ?? 0) + 1)
        if (status === 0 || status < 400 || status >= 500) faults.push(`${path}: ${status}`)
        if (/root:|PRIVATE|"d":/.test(answer.text)) faults.push(`${path} gives a file`)
      }
      const hosts = [
        '',
        'Host: evil.example\r\n',
        'Host: localhost\r\nHost: evil.example\r\n',
        'Host: localhost@evil.example\r\n',
        'Host: localhost.evil.example\r\n',
        'Host: evil.example#localhost\r\n',
        'Host: 127.0.0.1.nip.io\r\n',
        'Host: [::ffff:evil]\r\n',
      ]
      for (const host of hosts) {
        const bytes = `GET /v1/models HTTP/1.1\r\n${host}${authorised(target)}Connection: close\r\n\r\n`
        const status = (await sendRaw(target.gateway.port, [bytes])).statuses[0] ?? 0
        tally.set(status, (tally.get(status) ?? 0) + 1)
        if (status < 400 || status >= 500) faults.push(`${JSON.stringify(host)}: ${status}`)
      }
      return { seen: [...tally].map(([status, count]) => `${count} × ${status}`).join(', '), faults }
    },
  },
  {
    name: 'wrong keys at speed',
    async run({ gateway, key, size, honest }) {
      const agent = new Agent({ keepAlive: true, maxSockets: 50 })
      const tally = new Map<number, number>()
      let next = 0
      const tries = size * 20
      const started = Date.now()
      const worker = async (): Promise<void> => {
        while (next < tries) {
          next += 1
          const wrong = next % 2 === 0 ? `${key.slice(0, -1)}${next % 10}x` : String(next)
          const status = await call(gateway.url, '/v1/chat/completions', chat, agent, wrong)
          tally.set(status, (tally.get(status) ?? 0) + 1)
        }
      }
      const working = Promise.all(Array.from({ length: 50 }, worker))
      const slowest = await honest()
      await working
      agent.destroy()
      const perSecond = Math.round((tries * 1000) / (Date.now() - started))
      const others = [...tally.keys()].filter(status => status !== 401)
      return {
        seen: `${tries} tries, ${perSecond} a second; an honest client waited ${slowest} ms`,
        faults: others.length > 0 ? [`wrong keys are answered ${others}`] : [],
      }
    },
  },
]

async function openSockets(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(200, count - sockets.length) }, () =>
      connect(port, '127.0.0.1'),
    )
    await Promise.all(
      some.map(
        socket =>
          new Promise<void>(resolve => {
            socket.on('error', () => resolve())
            socket.once('connect', () => resolve())
            socket.resume()
          }),
      ),
    )
    sockets.push(...some)
  }
  return sockets
}

/** Waits until the server has closed them all, and gives how many it has not. */
async function waitUntilClosed(sockets: readonly Socket[], waitMs: number): Promise<number> {
  const deadline = Date.now() + waitMs
  const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.readableEnded
  while (Date.now() < deadline && sockets.some(isOpen)) await sleep(200)
  return sockets.filter(isOpen).length
}

function post({ gateway, key }: Target, path: string, body: string): Promise<number> {
  return call(gateway.url, path, body, undefined, key)
}

/** The status of the answer; 0 where the connection was broken. */
function call(
  url: string,
  path: string,
  body: string,
  agent: Agent | undefined,
  key: string,
): Promise<number> {
  return new Promise(resolve => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const sent = request(`${url}${path}`, { method: 'POST', ...(agent && { agent }), headers }, response => {
      response.resume().on('close', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', () => resolve(0))
    sent.end(body)
  })
}
