/** The payload of Encypher 1.0 (`{"model_id":…,"timestamp":…,…}`) and 1.1 (`{"data":…,"signature":"<hex>"}`). */
import { hmacHex } from './keys.ts'
import type { MetadataParts } from './metadata.ts'
import { printPythonJson } from './python-json-print.ts'
import { isTruthy, type PythonDict } from './python-value.ts'
import { type TimestampOptions, toPayloadTimestamp } from './timestamp.ts'

/** The payload's JSON. With a key it is signed: the HMAC covers the metadata's JSON, byte for byte, and no word of the text. */
export function jsonPayload(
  parts: MetadataParts,
  custom: PythonDict,
  hmacSecretKey: string,
  options: TimestampOptions,
): string {
  const metadata: PythonDict = new Map([
    ['model_id', isTruthy(parts.modelId) ? parts.modelId : ''],
    ['timestamp', toPayloadTimestamp(parts.timestamp, options)],
    ...parts.rest,
  ])
  // A key that overrides keeps its place, in Python's dict as in a Map.
  for (const [key, value] of custom) metadata.set(key, value)
  const json = printPythonJson(metadata)
  return hmacSecretKey === '' ? json : `{"data":${json},"signature":"${hmacHex(hmacSecretKey, json)}"}`
}
