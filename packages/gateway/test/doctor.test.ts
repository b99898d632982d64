/** `streamseal doctor`, as a process of its own, against real servers that are well or ill. */

import { writeFileSync } from 'node:fs'
import { request as ask, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../src/doctor/finding.ts'
import { buildMain, newDataDirectory, removeData, start } from './run-streamseal.ts'
import { startTestGateway } from './start-test-gateway.ts'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Examined {
  readonly code: number | null
  readonly stdout: string
  readonly byName: Readonly<Record<string, Finding>>
}

async function examine(env: Record<string, string>, ...args: string[]): Promise<Examined> {
  const { code, stdout, stderr } = await start(main, ['doctor', '--json', ...args], { PORT: '0', ...env })
    .ended
  expect(stderr).toBe('')
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] }
  expect(code).toBe(ok ? 0 : 1)
  return { code, stdout, byName: Object.fromEntries(findings.map(finding => [finding.name, finding])) }
}

/** A provider whose clock is off by `skewMs`, and which knows one key. */
function provider(skewMs = 0): Promise<string> {
  return listen(
    createServer({}, (request, response) => {
      response.sendDate = false
      response.setHeader('date', new Date(Date.now() + skewMs).toUTCString())
      const isKnown = request.headers.authorization === 'Bearer sk-right'
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
      response.end(JSON.stringify(isKnown ? { object: 'list', data: [{ id: 'gpt-test' }] } : { error: {} }))
    }),
  )
}

test('a fresh machine is well, and the report can be read', async () => {
  const { byName } = await examine({}, '--ask')
  expect(Object.values(byName).map(({ name, state }) => [name, state])).toEqual([
    ['configuration', 'ok'],
    ['data directory', 'ok'],
    ['database', 'ok'],
    ['signing key', 'ok'],
    ['access', 'ok'],
    ['port', 'ok'],
    ['redis', 'skipped'],
    ['upstream demo', 'ok'],
    ['answer', 'ok'],
    ['clock', 'skipped'],
    ['public URL', 'skipped'],
  ])
  const { code, stdout } = await start(main, ['doctor'], { PORT: '0' }).ended
  expect(code).toBe(0)
  expect(stdout).toMatch(/^✓ configuration +can be used\n✓ data directory +\/.* is writable\n/)
})

test('a setting that cannot be used is the whole report', async () => {
  const { byName } = await examine({ STREAMSEAL_SEAL: 'heavy' })
  expect(byName).toEqual({
    configuration: {
      name: 'configuration',
      state: 'failed',
      message: expect.stringContaining('STREAMSEAL_SEAL="heavy"'),
    },
  })
})

test('a data directory that takes nothing, a port that is taken and a Redis that is not there are each told', async () => {
  const taken = createTcpServer(socket => socket.destroy())
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise(resolve => taken.close(() => resolve())))
  const { port } = taken.address() as AddressInfo
  const { byName, stdout } = await examine({
    STREAMSEAL_DATA_DIR: '/proc/nowhere',
    PORT: String(port),
    REDIS_URL: 'redis://:hunter2@127.0.0.1:9',
  })
  expect(byName['data directory']).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('/proc/nowhere'),
  })
  expect(byName.port).toMatchObject({ state: 'failed', message: expect.stringContaining('another program') })
  expect(byName.redis).toMatchObject({ state: 'failed' })
  expect(stdout).not.toContain('hunter2')
})

describe('upstreams', () => {
  test('one that answers is well, and its clock is told', async () => {
    const url = await provider()
    const { byName } = await examine({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-right' })
    expect(byName['upstream openai-compatible']).toMatchObject({
      state: 'ok',
      message: expect.stringContaining('1 models'),
    })
    expect(byName.clock).toMatchObject({ state: 'ok' })
  })

  test('a wrong key, and a clock that is an hour off', async () => {
    const url = await provider(3_600_000)
    const { byName, stdout } = await examine({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-wrong' })
    expect(byName['upstream openai-compatible']).toMatchObject({
      state: 'failed',
      message: 'refuses the key',
    })
    expect(byName.clock).toMatchObject({
      state: 'warning',
      message: expect.stringMatching(/^3(?:599|600)\.\d s behind/),
    })
    expect(stdout).not.toContain('sk-wrong')
  })

  test('one that cannot be reached, and one of the file', async () => {
    const file = join(newDataDirectory(), 'config.json')
    writeFileSync(
      file,
      JSON.stringify({
        providers: [{ name: 'house', baseUrl: `${await provider()}/v1`, apiKey: 'sk-right' }],
      }),
    )
    const { byName } = await examine(
      { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_API_KEY: 'sk' },
      '--config',
      file,
    )
    expect(byName['upstream openai-compatible']).toMatchObject({ state: 'failed' })
    expect(byName['upstream house']).toMatchObject({ state: 'ok' })
  })
})

describe('what is between here and the public URL', () => {
  /** A proxy that gives on each piece as it comes, or everything at the end. */
  function proxyTo(url: string, isHolding: boolean): Promise<string> {
    return listen(
      createServer((request, response) => {
        ask(url + request.url, upstream => {
          response.writeHead(upstream.statusCode ?? 502, { 'content-type': upstream.headers['content-type'] })
          if (!isHolding) upstream.pipe(response)
          else {
            const held: Buffer[] = []
            upstream.on('data', (chunk: Buffer) => held.push(chunk))
            upstream.on('end', () => response.end(Buffer.concat(held)))
          }
        }).end()
      }),
    )
  }

  test('a proxy that gives events on is well; one that holds them back is told', async () => {
    const gateway = await startTestGateway({})
    cleanups.push(() => gateway.remove())
    const flowing = await examine(
      { STREAMSEAL_DATA_DIR: gateway.dataDirectory },
      '--url',
      await proxyTo(gateway.url, false),
    )
    expect(flowing.byName['public URL']).toMatchObject({ state: 'ok' })
    expect(flowing.byName.buffering).toMatchObject({ state: 'ok' })
    const holding = await examine({}, '--url', await proxyTo(gateway.url, true))
    expect(holding.byName['public URL']).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('other keys'),
    })
    expect(holding.byName.buffering).toMatchObject({
      state: 'failed',
      hint: expect.stringContaining('proxy_buffering'),
    })
  })

  test('an address where nobody is', async () => {
    const gone = createServer()
    const url = await listen(gone)
    await new Promise(resolve => gone.close(resolve))
    const { byName } = await examine({}, '--url', url)
    expect(byName['public URL']).toMatchObject({ state: 'failed', message: 'ECONNREFUSED' })
  })
})
