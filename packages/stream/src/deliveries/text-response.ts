/** A run as plain chunked text. A failed or cancelled run breaks the connection, because a clean end would say that the text is whole. */
import type { ServerResponse } from 'node:http'
import { sleep } from '../sleep.ts'
import { respond, write } from './deliver.ts'
import type { Deliverable } from './deliverable.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { textHeaders } from './headers.ts'
import { createTextFrames } from './text-frames.ts'

/**
 * The run as a `Response`. Fetch has no trailers: where the closing is kept beside the text, ask the issuer by the stream id.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { textResponse } from '@streamseal/stream/text'
 * const run = generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Hello' })
 * assert.equal(await textResponse(run).text(), (await run.result()).text)
 * ```
 */
export function textResponse(run: Deliverable, options: DeliveryOptions = {}): Response {
  return respond(run, { frames: createTextFrames(), headers: textHeaders(run, options.headers) }, options)
}

/**
 * Writes the run to a Node response, head included; the closing that is kept beside the text goes into the trailer `Streamseal-Detached`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createServer } from 'node:http'
 * import { once } from 'node:events'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * import { writeText } from '@streamseal/stream/text'
 * const server = createServer((_, response) => writeText(generate(demo({ text: 'Hello', tokensPerSecond: Infinity }), { prompt: 'x' }), response))
 * await once(server.listen(0, '127.0.0.1'), 'listening')
 * const address = server.address()
 * const port = typeof address === 'object' ? address?.port : undefined
 * assert.match(await (await fetch(`http://127.0.0.1:${port}`)).text(), /Hello/)
 * server.close()
 * ```
 */
export async function writeText(
  run: Deliverable,
  response: ServerResponse,
  options: DeliveryOptions = {},
): Promise<void> {
  const frames = createTextFrames()
  const headers = { ...textHeaders(run, options.headers), trailer: 'Streamseal-Detached' }
  try {
    if ((await write(run, response, { frames, headers }, options)) === 'left') return
    if (frames.detached !== undefined) response.addTrailers({ 'Streamseal-Detached': frames.detached })
    response.end()
  } catch {
    await flushed(response)
    response.destroy()
  }
}

const flushPatienceMs = 1000

/** Breaking off loses what Node has not sent yet, and the reader is to have all that came. */
async function flushed(response: ServerResponse): Promise<void> {
  const until = performance.now() + flushPatienceMs
  do await sleep(1)
  while (!response.destroyed && response.writableLength > 0 && performance.now() < until)
}
