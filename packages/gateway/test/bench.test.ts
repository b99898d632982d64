/** `streamseal bench`, as a process of its own: short runs, whose figures are only held to be figures. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Figures } from '../src/bench/measure.ts'
import { buildMain, removeData, start } from './run-streamseal.ts'

let main: string
beforeAll(async () => {
  main = await buildMain()
})
afterAll(removeData)

const short = ['--streams', '4', '--seconds', '1', '--requests', '4']

test('a gateway is measured beside a bare pipe in the same run, and nothing is left running', async () => {
  const { code, stdout, stderr } = await start(main, ['bench', '--json', ...short]).ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { floor, measured, added } = JSON.parse(stdout) as {
    floor: Figures
    measured: Figures
    added: object
  }
  for (const figures of [floor, measured]) {
    expect(figures).toMatchObject({ held: 4, opened: 4, failures: 0 })
    expect(figures.firstEventMs.p99).toBeGreaterThanOrEqual(figures.firstEventMs.p50)
    expect(figures.heldEventsPerSecond).toBeGreaterThan(0)
    expect(figures.fastEventsPerSecond).toBeGreaterThan(0)
  }
  expect(added).toEqual({ firstEventP50Ms: measured.firstEventMs.p50 - floor.firstEventMs.p50 })
}, 120_000)

test('the report can be read; an address that refuses is counted and ends with 1', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { code, stdout } = await start(main, ['bench', '--url', `http://127.0.0.1:${port}/v1`, ...short])
    .ended
  server.close()
  server.closeAllConnections()
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ +bare pipe +http:/)
  expect(stdout).toMatch(/streams held +4 of 4 +0 of 4/)
  expect(stdout).toMatch(/failures +0 +[1-9]/)
}, 120_000)

test.each([
  ['--streams', '0'],
  ['--seconds', 'long'],
])('%s %s is refused', async (flag, value) => {
  const { code, stderr } = await start(main, ['bench', flag, value]).ended
  expect(code).toBe(2)
  expect(stderr).toContain(`${flag} "${value}"`)
})
