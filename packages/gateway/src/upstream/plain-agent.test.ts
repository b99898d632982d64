import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { PlainAgent } from './plain-agent.ts'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

async function serve(listener: RequestListener): Promise<() => Promise<IncomingMessage>> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const agent = new PlainAgent({ keepAlive: true, maxSockets: 2 })
  cleanups.push(
    () => agent.destroy(),
    () => server.close(),
    () => server.closeAllConnections(),
  )
  const { port } = server.address() as AddressInfo
  return async () => {
    const [response] = await once(get({ port, host: '127.0.0.1', agent }), 'response')
    return response as IncomingMessage
  }
}

test('what waits to be read is not overwritten by what comes after it, on any connection', async () => {
  const letters = [...'abcdefgh']
  const ask = await serve((_request, response) => {
    for (const letter of letters) response.write(letter.repeat(20_000))
    response.end()
  })
  const responses = await Promise.all([ask(), ask()])
  for (const response of responses) {
    // Held back from here on, until the other one has been read.
    const body = (await response.toArray()).join('')
    expect(body).toBe(letters.map(letter => letter.repeat(20_000)).join(''))
  }
})

test('a connection is used again, and a cut one is told', async () => {
  let asked = 0
  const ports = new Set<number | undefined>()
  const ask = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    asked += 1
    if (asked < 3) response.end('whole')
    else response.write('half', () => response.destroy())
  })
  for (let round = 0; round < 2; round++) expect(String(await (await ask()).toArray())).toBe('whole')
  expect(ports.size).toBe(1)
  const cut = await ask()
  const errors: unknown[] = []
  cut.resume().on('error', error => errors.push(error))
  await new Promise(resolve => cut.on('close', resolve))
  expect(errors).toMatchObject([{ code: 'ECONNRESET' }])
  expect(cut.complete).toBe(false)
})
