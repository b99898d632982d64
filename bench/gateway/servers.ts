/** Who is measured: what runs on the one core, and how it is asked. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from './children.ts'
import type { Asked } from './reader.ts'

/** A server that stands between clients and the provider. */
export interface Server {
  readonly name: string
  /** The program that listens on `port` and asks the provider at `upstreamPort`. */
  program(port: number, upstreamPort: number): Omit<Program, 'core'>
  /** How it is asked for an answer of `model`. */
  ask(port: number, model: string, upstreamPort: number): Asked
}

/** A program that stands beside this one. */
export const beside = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))

/** How anyone is asked who speaks OpenAI's dialect. */
export function chatRequest(port: number, model: string, headers: Record<string, string> = {}): Asked {
  const messages = [{ role: 'user', content: 'Write a haiku about gateways.' }]
  const body = { model, stream: true, stream_options: { include_usage: true }, messages }
  return { port, path: '/v1/chat/completions', headers, body: JSON.stringify(body) }
}

/** The floor: a pipe that knows nothing. */
export const floor: Server = {
  name: 'floor (bare pipe)',
  program: (port, upstreamPort) => ({ args: [beside('floor.js'), String(port), String(upstreamPort)] }),
  ask: (port, model) => chatRequest(port, model),
}

const manyStreams = '20000'

/** A gateway of ours, as a user starts it, with its metrics and its log. */
function ours(name: string, gateway: string, ask: Server['ask']): Server {
  return {
    name,
    ask,
    program(port, upstreamPort) {
      const folder = mkdtempSync(join(tmpdir(), 'streamseal-bench-'))
      const env = {
        PORT: String(port),
        OPENAI_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
        STREAMSEAL_DATA_DIR: join(folder, 'data'),
        STREAMSEAL_LOG_LEVEL: 'info',
        STREAMSEAL_MAX_STREAMS: manyStreams,
        STREAMSEAL_MAX_STREAMS_PER_KEY: manyStreams,
      }
      return { args: [gateway, 'serve'], env, log: join(folder, 'log') }
    },
  }
}

const seal = (mode: string): Server['ask'] => {
  return (port, model) => chatRequest(port, model, { 'streamseal-seal': mode })
}

/** Our settings; `gateway` is the program, by default the built one. */
export function ourServers(gateway: string): Record<'full' | 'light' | 'off' | 'run', Server> {
  return {
    full: ours('sealed, metered, logged', gateway, seal('full')),
    light: ours('one mark at the end', gateway, seal('light')),
    off: ours('not sealed', gateway, seal('off')),
    run: ours('a run, kept, without Redis', gateway, (port, model) => ({
      port,
      path: '/query/stream',
      headers: {},
      body: JSON.stringify({ query: 'Write a haiku about gateways.', model }),
    })),
  }
}
