/** How a run is delivered over HTTP: what `?format=` names, or `Accept` asks for. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Deliverable } from '@streamseal/stream'
import { writeAnthropic } from '@streamseal/stream/anthropic-wire'
import { createPartEvents, writeNdjson } from '@streamseal/stream/ndjson'
import { writeOpenAIChat, writeOpenAIResponses } from '@streamseal/stream/openai-wire'
import { writeSse } from '@streamseal/stream/sse'
import { writeText } from '@streamseal/stream/text'
import { writeUiMessage } from '@streamseal/stream/ui-message'
import { GatewayError } from '../http/gateway-error.ts'

/** What every format is written with. */
export interface FormatOptions {
  readonly model: string
  readonly heartbeatMs: number
  readonly stallTimeoutMs: number
  /** The cursor that was read last, for `frames` alone: their last one holds the whole text, so that they read the run from its beginning. */
  readonly after?: number
}

/** One row of the table. */
export interface RunFormat {
  readonly name: string
  /** Whether reading may begin behind a cursor; the other protocols know a whole answer only. */
  readonly resumes: boolean
  /** Reads the run from its first part, and leaves out what was read; else it is given the parts that are left. */
  readonly readsWhole?: boolean
  write(run: Deliverable, response: ServerResponse, options: FormatOptions): Promise<void>
}

const rows: readonly RunFormat[] = [
  {
    name: 'frames',
    resumes: true,
    readsWhole: true,
    write: (run, response, { model: _, ...options }) => writeSse(run, response, options),
  },
  {
    name: 'parts',
    resumes: true,
    write: (run, response, { model: _, after: __, ...options }) =>
      writeSse(run, response, { ...options, frames: createPartEvents(run.id) }),
  },
  { name: 'ndjson', resumes: true, write: writeNdjson },
  { name: 'text', resumes: true, write: writeText },
  { name: 'ui-message', resumes: false, write: writeUiMessage },
  {
    name: 'openai',
    resumes: false,
    write: (run, response, options) => writeOpenAIChat(run, response, { ...options, includeUsage: true }),
  },
  { name: 'openai-responses', resumes: false, write: writeOpenAIResponses },
  { name: 'anthropic', resumes: false, write: writeAnthropic },
]

const formats: ReadonlyMap<string, RunFormat> = new Map(rows.map(row => [row.name, row]))
const frames = rows[0] as RunFormat

/** Media types that mean something other than frames. */
const accepted: Readonly<Record<string, string>> = {
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/plain': 'text',
}

/** The format that the parameter names, else the first that `Accept` does, else frames; throws `INVALID_REQUEST` for a name that is none. */
export function readFormat(parameter: string | undefined, headers: IncomingHttpHeaders): RunFormat {
  if (parameter === undefined) return formats.get(acceptedName(headers.accept)) ?? frames
  const format = formats.get(parameter)
  if (format !== undefined) return format
  throw new GatewayError(
    `Cannot deliver as "${parameter.slice(0, 40)}": expected ${[...formats.keys()].join(', ')}`,
    { code: 'INVALID_REQUEST', param: 'format' },
  )
}

/** What a client lists first stands: our formats are no variants between which `q` would choose. */
function acceptedName(accept: string | undefined): string {
  for (const range of accept?.split(',') ?? []) {
    const type = range.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    if (type === 'text/event-stream') return 'frames'
    if (Object.hasOwn(accepted, type)) return accepted[type] as string
  }
  return 'frames'
}
