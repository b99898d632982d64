/** A run's typed parts as NDJSON: one JSON object a line, the last one `finish` or `error`. */
import type { ServerResponse } from 'node:http'
import { type Protocol, respond, writeWhole } from '../deliveries/deliver.ts'
import type { Deliverable } from '../deliveries/deliverable.ts'
import type { DeliveryOptions, HeartbeatOptions } from '../deliveries/delivery-options.ts'
import { ndjsonHeaders } from '../deliveries/headers.ts'
import { createPartLines } from './part-frames.ts'

/** How a run is delivered as lines. */
export interface NdjsonOptions extends DeliveryOptions, HeartbeatOptions {}

/**
 * The run as a `Response` of lines; a body that ends without `finish` or `error` was cut.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { ndjsonResponse } from '@streamseal/stream/ndjson'
 * const run = generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' })
 * const lines = (await ndjsonResponse(run).text()).trim().split('\n')
 * assert.deepEqual(lines.map(line => JSON.parse(line).type), ['start', 'text-start', 'text-delta', 'text-end', 'finish'])
 * ```
 */
export function ndjsonResponse(run: Deliverable, options: NdjsonOptions = {}): Response {
  return respond(run, protocolOf(run, options), options)
}

/**
 * The same, written to a Node response, head included.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { once } from 'node:events'
 * import { createServer } from 'node:http'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { writeNdjson } from '@streamseal/stream/ndjson'
 * const server = createServer((_, response) => writeNdjson(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /"type":"finish"/)
 * server.close()
 * ```
 */
export function writeNdjson(
  run: Deliverable,
  response: ServerResponse,
  options: NdjsonOptions = {},
): Promise<void> {
  return writeWhole(run, response, protocolOf(run, options), options)
}

function protocolOf(run: Deliverable, { headers }: NdjsonOptions): Protocol {
  return { frames: createPartLines(), headers: ndjsonHeaders(run, headers) }
}
