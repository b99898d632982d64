/** Clients: `node load.js '<JSON of LoadRequest>'` prints what they saw, as JSON. A process of its own, so that it can have a core of its own. */
import { cpuMs, residentKb } from './process-figures.ts'
import { type Asked, Reader } from './reader.ts'

/** Answers one after the other, timed to the first chunk. */
export interface FirstChunkRequest {
  readonly kind: 'first-chunk'
  readonly asked: Asked
  readonly warmMs: number
  readonly measureMs: number
}

/** Streams that are held open. */
export interface HoldRequest {
  readonly kind: 'hold'
  readonly asked: Asked
  readonly streams: number
  /** Measured from when all have begun and so many chunks have come, so that the server's code is compiled; or after `maxWarmMs`. */
  readonly warmChunks: number
  readonly measureMs: number
  /** The server's. */
  readonly pid: number
}

/** Streams whose clients vanish. */
export interface VanishRequest {
  readonly kind: 'vanish'
  readonly asked: Asked
  readonly streams: number
  readonly upstreamPort: number
}

/** One stream, to whatever end. */
export interface EndRequest {
  readonly kind: 'end'
  readonly asked: Asked
}

/** What the clients do. */
export type LoadRequest = FirstChunkRequest | HoldRequest | VanishRequest | EndRequest

/** What they saw while streams were held. */
export interface Held {
  /** Streams that had begun. */
  readonly begun: number
  readonly chunksPerSecond: number
  readonly cpuUsPerChunk: number
  /** What the server's memory grew by, for each stream. */
  readonly kbPerStream: number
  /** Of each hundred chunks, the slowest but one: its time on the way. */
  readonly transitP99Ms: number
  readonly failures: number
}

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** How many ask at once while the server warms up: its code is compiled when it has run some thousand times. */
const warmReaders = 8

/** The median time to the first chunk of one client alone, in milliseconds. */
async function firstChunk({ asked, warmMs, measureMs }: FirstChunkRequest): Promise<{ p50Ms: number }> {
  await askFor(asked, warmReaders, warmMs)
  return { p50Ms: quantile(await askFor(asked, 1, measureMs), 0.5) }
}

/** Lets clients ask again and again; resolves with each answer's time to its first chunk. */
async function askFor(asked: Asked, readers: number, ms: number): Promise<number[]> {
  const times: number[] = []
  const all = Array.from({ length: readers }, () => {
    let askedAt = performance.now()
    let isFirst = true
    const reader: Reader = new Reader(asked, {
      chunks() {
        if (isFirst) times.push(performance.now() - askedAt)
        isFirst = false
      },
      end() {
        // Later, so that the server has nothing left to do for the last one.
        setTimeout(() => {
          isFirst = true
          askedAt = performance.now()
          reader.ask()
        }, 1)
      },
    })
    return reader
  })
  await sleep(ms)
  for (const reader of all) reader.close()
  return times
}

/** So many new streams each 10 ms. */
const rampStreams = 12
const maxWarmMs = 8000

async function hold({ asked, streams, warmChunks, measureMs, pid }: HoldRequest): Promise<Held> {
  const before = residentKb(pid)
  const ages: number[] = []
  const begun = new Set<number>()
  let chunks = 0
  let failures = 0
  const readers: Reader[] = []
  for (let index = 0; index < streams; index += 1) {
    const heard = {
      chunks(count: number, age: number | undefined): void {
        if (begun.size < streams) begun.add(index)
        chunks += count
        if (age !== undefined && chunks % 7 === 0) ages.push(age)
      },
      failed(): void {
        failures += 1
      },
    }
    readers.push(new Reader(asked, heard))
    if (index % rampStreams === 0) await sleep(10)
  }
  const isWarm = (): boolean => begun.size === streams && chunks >= warmChunks
  for (let waited = 0; !isWarm() && waited < maxWarmMs; waited += 50) await sleep(50)
  ages.length = 0
  chunks = 0
  const [cpuBefore, startedAt] = [cpuMs(pid), performance.now()]
  await sleep(measureMs)
  const [cpu, seconds] = [cpuMs(pid) - cpuBefore, (performance.now() - startedAt) / 1000]
  const kbPerStream = (residentKb(pid) - before) / streams
  return {
    begun: begun.size,
    chunksPerSecond: chunks / seconds,
    cpuUsPerChunk: (cpu * 1000) / chunks,
    kbPerStream,
    transitP99Ms: quantile(ages, 0.99),
    failures,
  }
}

/** How many streams are open at the provider 100 ms after all clients have gone. */
async function vanish({ asked, streams, upstreamPort }: VanishRequest): Promise<{ leftOpen: number }> {
  const begun = new Set<number>()
  const readers = Array.from(
    { length: streams },
    (_, index) => new Reader(asked, { chunks: () => begun.add(index) }),
  )
  for (let waited = 0; begun.size < streams && waited < 3000; waited += 20) await sleep(20)
  for (const reader of readers) reader.close()
  await sleep(100)
  const response = await fetch(`http://127.0.0.1:${upstreamPort}/open`)
  const { open } = (await response.json()) as { open: number }
  return { leftOpen: begun.size < streams ? Number.NaN : open }
}

const patienceMs = 2500

/** What a client is shown of an answer that its provider cut. */
async function end({ asked }: EndRequest): Promise<{ shown: string }> {
  const { port, path, headers, body } = asked
  const read = async (): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...headers },
      body,
      signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    return /"error"/.test(text) ? 'an error' : 'a clean end'
  }
  const shown = await read().catch((error: Error) =>
    error.name === 'TimeoutError' ? 'a hang' : 'a broken connection',
  )
  return { shown }
}

const request = JSON.parse(process.argv[2] ?? '') as LoadRequest
const run = { 'first-chunk': firstChunk, hold, vanish, end }[request.kind] as (asked: LoadRequest) => unknown
console.log(JSON.stringify(await run(request)))
process.exit(0)
