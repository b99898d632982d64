/** What the caller gives as metadata, read once into the parts that every payload is built of. */
import { EncypherError } from './errors.ts'
import { type PythonDict, type PythonValue, type ToPythonOptions, toPython } from './python-value.ts'

/** Metadata to embed: `model_id`, `timestamp` and any keys of your own, JSON values all. */
export type Metadata = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>

/** `model_id` and `timestamp`, which every format treats apart, and the rest in order. */
export interface MetadataParts {
  modelId: PythonValue | undefined
  timestamp: PythonValue | Date | undefined
  rest: PythonDict
}

/** Reads metadata without changing it. Throws `EncypherError` for what JSON cannot hold. */
export function readMetadata(metadata: Metadata | undefined, options: ToPythonOptions = {}): MetadataParts {
  const { timestamp, others } = takeDate(metadata ?? {})
  const dict = toPython(others, options)
  if (!(dict instanceof Map)) throw notAnObject(metadata)
  const { model_id: modelId, timestamp: plain } = {
    model_id: dict.get('model_id'),
    timestamp: dict.get('timestamp'),
  }
  const rest = new Map([...dict].filter(([key]) => key !== 'model_id' && key !== 'timestamp'))
  return { modelId, timestamp: timestamp ?? plain, rest }
}

/** A `Date` may stand as the timestamp, as a `datetime` may in Python; anywhere else it is no JSON. */
function takeDate(metadata: Metadata): { timestamp: Date | undefined; others: unknown } {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw notAnObject(metadata)
  const dict: unknown[][] = metadata instanceof Map ? [...metadata] : Object.entries(metadata)
  const timestamp = dict.find(([key]) => key === 'timestamp')?.[1]
  if (!(timestamp instanceof Date)) return { timestamp: undefined, others: metadata }
  return { timestamp, others: new Map(dict.filter(([key]) => key !== 'timestamp') as [string, unknown][]) }
}

function notAnObject(value: unknown): EncypherError {
  const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
  return new EncypherError(
    'UNSERIALISABLE_METADATA',
    `Cannot embed ${what} as metadata: it must be an object`,
  )
}
