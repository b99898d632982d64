import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { guardedFetch } from './guarded-fetch.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => new Promise(resolve => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

test('a private address is reached where that is allowed, by number and by name, and nowhere else', async () => {
  let asked = 0
  const port = await serve((request, response) => {
    asked++
    request.pipe(response)
  })
  for (const host of ['127.0.0.1', 'localhost']) {
    const url = `http://${host}:${port}/`
    await expect(guardedFetch(false)(url, { method: 'POST', body: 'x' })).rejects.toThrow(
      /private|not allowed/i,
    )
    expect(asked).toBe(0)
  }
  const response = await guardedFetch(true)(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' })
  expect(await response.text()).toBe('x')
})

test('a redirect is an answer, and is not followed', async () => {
  let asked = 0
  const port = await serve((_request, response) => {
    asked++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const response = await guardedFetch(true)(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' })
  expect([response.status, asked]).toEqual([302, 1])
})

test('an answer without end is left, and one that does not come is given up', async () => {
  const endless = await serve((_request, response) => {
    const more = (): boolean => response.write('x'.repeat(16_384), more)
    more()
  })
  await expect(guardedFetch(true)(`http://127.0.0.1:${endless}/`, { method: 'POST' })).rejects.toThrow(
    '65536',
  )
  const silent = await serve(() => undefined)
  const signal = AbortSignal.timeout(50)
  await expect(
    guardedFetch(true)(`http://127.0.0.1:${silent}/`, { method: 'POST', signal }),
  ).rejects.toThrow()
})
