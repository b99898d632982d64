/** Readers connect, read a little, leave and come back, at random: memory, timers, sockets and readers return to where they were. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createRuns } from '@streamseal/stream/runs'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import type { Row } from '../helpers/keep-results.ts'
import { createRandom, type Random } from './random.ts'
import { talker } from './talker.ts'

/** What is proved. */
export interface StormOptions {
  minutes: number
  readers: number
  seed: number
}

/** What the server says of itself. */
interface Figures {
  heapMb: number
  readers: number
  running: number
  resources: Record<string, number>
}

const runCount = 50
/** Growth that is not a leak: caches of the engine. */
const allowedMb = 8

/** Serves runs over HTTP, a line for each part, and its own figures; runs until its parent is gone. */
export async function runStormServer(): Promise<void> {
  const runs = createRuns({ store: openSqliteRunStore({ path: ':memory:', maxRuns: 200 }) })
  const ids: string[] = []
  const keepGoing = async (slot: number): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const { id } = await runs.start(talker, { prompt: `${slot + turn} 400 10`, retry: false })
      ids[slot] = id
      while ((await runs.get(id))?.state === 'running') await delay(200)
    }
  }
  for (let slot = 0; slot < runCount; slot++) void keepGoing(slot)
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  process.on('disconnect', () => process.exit(0))
  process.on('message', () => process.send?.(figures()))
  process.send?.((server.address() as AddressInfo).port)

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const id = url.searchParams.get('id') ?? ids[Number(url.searchParams.get('slot'))] ?? ''
    const left = new AbortController()
    outgoing.on('close', () => left.abort())
    outgoing.writeHead(200, { 'x-run': id })
    outgoing.flushHeaders()
    try {
      const after = Number(url.searchParams.get('after'))
      for await (const part of runs.read(id, { after, signal: left.signal, coalesce: after > 0 }))
        if (!outgoing.write(`${part.cursor}\n`) && !left.signal.aborted)
          await once(outgoing, 'drain', { signal: left.signal }).catch(() => undefined)
    } catch {
      // A reader of a run that is gone is told by a broken connection.
      outgoing.destroy()
    }
    outgoing.end()
  }

  function figures(): Figures {
    globalThis.gc?.()
    globalThis.gc?.()
    const resources: Record<string, number> = {}
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
    const { running, readers } = runs.counts
    return { heapMb: process.memoryUsage().heapUsed / 2 ** 20, readers, running, resources }
  }
}

/** Proves it. */
export async function proveStorm({
  minutes,
  readers,
  seed,
}: StormOptions): Promise<{ rows: Row[]; faults: string[] }> {
  const child = fork(process.argv[1] ?? '', ['--storm-server'], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [port] = (await once(child, 'message')) as [number]
  const ask = async (): Promise<Figures> => {
    child.send('figures')
    const [figures] = (await once(child, 'message')) as [Figures]
    return figures
  }
  const random = createRandom(seed)
  const faults: string[] = []
  const progress = setInterval(() => console.log(`storm, ${faults.length} faults`), 20_000)
  try {
    // What the engine keeps after its first thousands of connections is not a leak.
    await storm({ port, readers, random, faults, untilMs: Date.now() + 15_000 })
    await delay(5000)
    const before = await ask()
    const visits = await storm({ port, readers, random, faults, untilMs: Date.now() + minutes * 60_000 })
    await delay(5000)
    const after = await ask()
    if (after.readers > 0) faults.push(`${after.readers} readers are still there`)
    if (after.heapMb > before.heapMb + allowedMb)
      faults.push(`the heap grew from ${before.heapMb.toFixed(1)} to ${after.heapMb.toFixed(1)} MB`)
    for (const kind of ['TCPSocketWrap', 'TCPServerWrap'])
      if ((after.resources[kind] ?? 0) > (before.resources[kind] ?? 0))
        faults.push(`${kind}: ${before.resources[kind]} before, ${after.resources[kind]} after`)
    const timers = [before, after].map(({ resources }) => resources.Timeout ?? 0)
    if ((timers[1] ?? 0) > (timers[0] ?? 0) + 2 * runCount)
      faults.push(`timers: ${timers.join(' before, ')} after`)
    return { rows: rowsOf(minutes, readers, visits, before, after), faults }
  } finally {
    clearInterval(progress)
    child.kill('SIGKILL')
  }
}

function rowsOf(minutes: number, readers: number, visits: number, before: Figures, after: Figures): Row[] {
  return [
    ['storm', `${readers} readers for ${minutes} min on ${runCount} runs at a time, ${visits} visits`],
    ['heap before and after', `${before.heapMb.toFixed(1)} MB, ${after.heapMb.toFixed(1)} MB`],
    ['timers before and after', `${before.resources.Timeout ?? 0}, ${after.resources.Timeout ?? 0}`],
    ['readers left behind', String(after.readers)],
  ]
}

interface Storm {
  port: number
  readers: number
  random: Random
  faults: string[]
  untilMs: number
}

async function storm(options: Storm): Promise<number> {
  const visits = await Promise.all(
    Array.from({ length: options.readers }, async () => {
      await delay(options.random(3000))
      return comeAndGo(options)
    }),
  )
  return visits.reduce((sum, count) => sum + count, 0)
}

/** One reader: now a new run, now where it was; it leaves after a random time. */
async function comeAndGo({ port, random, faults, untilMs }: Storm): Promise<number> {
  let visits = 0
  let cursor = 0
  let id = ''
  while (Date.now() < untilMs) {
    if (id === '' || random(4) === 0) [id, cursor] = ['', 0]
    const query = id === '' ? `slot=${random(runCount)}` : `id=${id}&after=${cursor}`
    const visit = await read(`http://127.0.0.1:${port}/?${query}`, cursor, 200 + random(3000))
    faults.push(...visit.faults)
    id = visit.hasEnded ? '' : visit.id
    cursor = visit.cursor
    visits++
    await delay(random(1000))
  }
  return visits
}

interface Visit {
  id: string
  cursor: number
  hasEnded: boolean
  faults: string[]
}

function read(url: string, after: number, stayMs: number): Promise<Visit> {
  return new Promise(resolve => {
    const visit: Visit = { id: '', cursor: after, hasEnded: false, faults: [] }
    const asking = request(url, { agent: false }, response => {
      visit.id = String(response.headers['x-run'] ?? '')
      let rest = ''
      response.setEncoding('latin1').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          if (Number(line) <= visit.cursor) visit.faults.push(`${visit.id}: ${line} after ${visit.cursor}`)
          visit.cursor = Number(line)
        }
      })
      response.on('end', () => {
        visit.hasEnded = true
      })
      response.on('error', () => undefined)
    })
    const timer = setTimeout(() => asking.destroy(), stayMs)
    asking.on('error', () => undefined)
    asking.on('close', () => {
      clearTimeout(timer)
      resolve(visit)
    })
    asking.end()
  })
}
