/** A soak: streams for half an hour, sealed, metered and logged, and memory stays flat. `--break` keeps what it should let go and must fail. */
import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chunkOf, endOf } from './gateway-soak/chunks.ts'
import { type GatewayProcess, startGatewayProcess } from './helpers/gateway-process.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    streams: { type: 'string', default: '500' },
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean' },
  },
})

const minutes = Number(values.minutes)
const streams = Number(values.streams)
/** A stream is so many chunks, one every 50 ms: ten seconds. */
const chunksOfStream = 200
const chunkMs = 50
const mebibyte = 2 ** 20
/** How much more may be in use in the last third than in the second, in bytes: what lies between two collections. */
const allowedGrowth = 4 * mebibyte

const claim =
  'Streams one after the other, so many at once, for so long: every one ends clean, and the memory in use in the last third is what it was in the second.'

process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  const { server, url } = await startUpstream()
  const gateway = await startGatewayProcess({
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: 'sk-soak',
    STREAMSEAL_LOG_LEVEL: 'info',
    // Bounded stores are full long before the second third begins.
    STREAMSEAL_KEEP_ANSWERS: '1000',
  })
  try {
    return await soak(gateway)
  } finally {
    await gateway.stop()
    server.closeAllConnections()
    server.close()
  }
}

async function soak(gateway: GatewayProcess): Promise<boolean> {
  const until = Date.now() + minutes * 60_000
  const tally = { whole: 0, faults: [] as string[] }
  const samples: number[] = []
  const descriptors = gateway.descriptors()
  const agent = new Agent({ keepAlive: true, maxSockets: streams })
  const workers = Array.from({ length: streams }, async (_, index) => {
    // Spread over the length of a stream, so that they do not all begin and end at once.
    await sleep((index / streams) * chunksOfStream * chunkMs)
    while (Date.now() < until && tally.faults.length < 20) {
      const fault = await oneStream(gateway.url, agent)
      if (fault === undefined) tally.whole += 1
      else {
        tally.faults.push(fault)
        console.error(`FAULT ${fault}`)
      }
    }
  })
  const kept: string[] = []
  while (Date.now() < until && tally.faults.length < 20) {
    await sleep(Math.min(20_000, minutes * 3000))
    // Broken on purpose: the proof adds what a leak of a kilobyte a stream would.
    if (values.break) kept.push('x'.repeat(1000))
    samples.push((await gateway.memoryInUse()) + kept.length * mebibyte)
    const last = samples.at(-1) ?? 0
    console.log(
      `${tally.whole} streams, ${inMebibytes(last)} in use, ${inMebibytes(gateway.residentMemory())} resident`,
    )
  }
  await Promise.all(workers)
  agent.destroy()
  await sleep(6000)
  const second = mean(samples.slice(Math.floor(samples.length / 3), Math.floor((samples.length * 2) / 3)))
  const last = mean(samples.slice(Math.floor((samples.length * 2) / 3)))
  const faults = [...tally.faults]
  if (last > second + allowedGrowth)
    faults.push(`memory in use grows from ${inMebibytes(second)} to ${inMebibytes(last)}`)
  if (gateway.descriptors() > descriptors + 4) {
    faults.push(`${descriptors} descriptors have become ${gateway.descriptors()}`)
  }
  const rows: Row[] = [
    ['streams at once', `${streams}, a chunk every ${chunkMs} ms, sealed, metered and logged`],
    ['minutes', String(minutes)],
    ['streams that ended clean', String(tally.whole)],
    ['memory in use, second third', inMebibytes(second)],
    ['memory in use, last third', inMebibytes(last)],
    ['resident at the end', inMebibytes(gateway.residentMemory())],
    ['descriptors before, after', `${descriptors}, ${gateway.descriptors()}`],
    ['faults', String(faults.length)],
  ]
  for (const [what, value] of rows) console.log(`${what}: ${value}`)
  for (const fault of faults.slice(tally.faults.length)) console.error(`FAULT ${fault}`)
  if (values.keep) keepResults('gateway-soak', claim, rows)
  return faults.length === 0
}

/** Gives what is wrong with the stream, if anything. */
function oneStream(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise(resolve => {
    const sent = request(
      `${url}/v1/chat/completions`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      response => {
        let tail = ''
        response.setEncoding('latin1')
        response.on('data', (piece: string) => {
          tail = (tail + piece).slice(-100)
        })
        response.on('error', error => resolve(String(error)))
        response.on('close', () => {
          const isWhole = response.complete && tail.endsWith('data: [DONE]\n\n')
          resolve(isWhole ? undefined : `${response.statusCode}, ends in ${JSON.stringify(tail)}`)
        })
      },
    )
    sent.on('error', error => resolve(String(error)))
    sent.end('{"model":"soak","stream":true,"messages":[{"role":"user","content":"Go on."}]}')
  })
}

async function startUpstream(): Promise<{ server: Server; url: string }> {
  const server = createServer((incoming, response) => {
    incoming.resume()
    if (incoming.method !== 'POST') {
      response.end('{"object":"list","data":[]}')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    let sent = 0
    const timer = setInterval(() => {
      response.write(chunkOf(sent))
      sent += 1
      if (sent < chunksOfStream) return
      clearInterval(timer)
      response.end(endOf(chunksOfStream))
    }, chunkMs)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`
}
