/** Measures one server, started anew, so that neither its heap nor its compiled code is another's. */

import { freePort, type Program, runForJson, startServer, stopServer } from './children.ts'
import type { Held, LoadRequest } from './load.ts'
import { beside, type Server } from './servers.ts'

/** How long to look. */
export interface Effort {
  readonly streams: number
  readonly firstChunkMs: number
  readonly warmChunks: number
  readonly measureMs: number
}

/** What was seen in one round. */
export interface Seen extends Held {
  readonly firstChunkMs: number
  readonly leftOpen: number
}

/** A chunk each so many milliseconds, as a model speaks. */
export const everyMs = 50

const endless = `stream-1000000-${everyMs}`
/** Three chunks, so that the end, which is signed, does not come along with the first. */
const brief = 'stream-3-1'

/** The clients, on the provider's core. */
function load<Answer>(request: LoadRequest): Promise<Answer> {
  return runForJson({ args: [beside('load.js'), JSON.stringify(request)], core: 1 }) as Promise<Answer>
}

/** Starts the provider; resolves with its port. */
export async function startUpstream(): Promise<number> {
  const port = await freePort()
  await startServer({ args: [beside('upstream.js'), String(port)], core: 1 }, port)
  return port
}

/** Runs `use` while the server runs. */
async function during<Value>(
  server: Server,
  upstreamPort: number,
  use: (port: number, pid: number) => Promise<Value>,
): Promise<Value> {
  const port = await freePort()
  const program: Program = { ...server.program(port, upstreamPort), core: 0 }
  const child = await startServer(program, port)
  try {
    return await use(port, child.pid)
  } finally {
    await stopServer(child)
  }
}

/** The time to the first chunk without a server between, in milliseconds. */
export async function measureDirect(
  upstreamPort: number,
  { ask }: Server,
  measureMs: number,
): Promise<number> {
  const asked = ask(upstreamPort, brief, upstreamPort)
  const { p50Ms } = await load<{ p50Ms: number }>({
    kind: 'first-chunk',
    asked,
    warmMs: measureMs / 2,
    measureMs,
  })
  return p50Ms
}

/** One round. */
export function measureServer(server: Server, upstreamPort: number, effort: Effort): Promise<Seen> {
  return during(server, upstreamPort, async (port, pid) => {
    const asked = server.ask(port, endless, upstreamPort)
    const { p50Ms } = await load<{ p50Ms: number }>({
      kind: 'first-chunk',
      asked: server.ask(port, brief, upstreamPort),
      warmMs: effort.firstChunkMs,
      measureMs: effort.firstChunkMs,
    })
    const held = await load<Held>({ kind: 'hold', asked, pid, ...effort })
    // The last clients have just gone; what they left open is not this one's.
    const { leftOpen } = await load<{ leftOpen: number }>({
      kind: 'vanish',
      asked,
      streams: 20,
      upstreamPort,
    })
    return { ...held, firstChunkMs: p50Ms, leftOpen }
  })
}

/** Processor time a chunk alone, in microseconds, for a short look. */
export function measureCpu(server: Server, upstreamPort: number, effort: Effort): Promise<number> {
  return during(server, upstreamPort, async (port, pid) => {
    const asked = server.ask(port, endless, upstreamPort)
    return (await load<Held>({ kind: 'hold', asked, pid, ...effort })).cpuUsPerChunk
  })
}

/** Whether a server, started anew, holds so many streams: all begin, and all but 0.5 % of their chunks arrive in time. */
export function holds(server: Server, upstreamPort: number, streams: number): Promise<boolean> {
  return during(server, upstreamPort, async (port, pid) => {
    const asked = server.ask(port, endless, upstreamPort)
    const held = await load<Held>({ kind: 'hold', asked, pid, streams, warmChunks: 40_000, measureMs: 2500 })
    const wanted = (streams * 1000) / everyMs
    return held.begun === streams && held.failures === 0 && held.chunksPerSecond >= 0.995 * wanted
  })
}

/** What a client is shown of an answer whose provider breaks off after five chunks. */
export function measureCut(server: Server, upstreamPort: number): Promise<string> {
  return during(server, upstreamPort, async port => {
    const asked = server.ask(port, 'cut-5', upstreamPort)
    return (await load<{ shown: string }>({ kind: 'end', asked })).shown
  })
}
