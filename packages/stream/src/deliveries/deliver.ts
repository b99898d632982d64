/** A protocol over HTTP, for Web handlers and for bare Node servers: what the deliveries have in common. */
import type { ServerResponse } from 'node:http'
import type { Deliverable } from './deliverable.ts'
import { type DeliveryOptions, type HeartbeatOptions, leave } from './delivery-options.ts'
import { readFrames } from './frame-reader.ts'
import type { Frames } from './frames.ts'
import { toBody } from './to-response.ts'
import { writeFrames } from './write-frames.ts'

/** What a protocol sends. */
export interface Protocol {
  frames: Frames
  /** In lower case. */
  headers: Record<string, string>
}

type Options = DeliveryOptions & HeartbeatOptions

/** The run as a `Response`, pulled as its reader reads. */
export function respond(run: Deliverable, { frames, headers }: Protocol, options: Options): Response {
  const body = toBody(readFrames(run, frames, options), () => leave(run, options))
  return new Response(body, { headers })
}

/** Writes head and body, and leaves the response to be ended where the answer is `ended`. */
export function write(
  run: Deliverable,
  response: ServerResponse,
  { frames, headers }: Protocol,
  options: Options,
): Promise<'ended' | 'left'> {
  response.writeHead(200, headers)
  response.flushHeaders()
  return writeFrames(readFrames(run, frames, options), response, {
    ...options,
    onLeave: () => leave(run, options),
  })
}

/** As `write`, and ends the response. */
export async function writeWhole(
  run: Deliverable,
  response: ServerResponse,
  protocol: Protocol,
  options: Options,
): Promise<void> {
  if ((await write(run, response, protocol, options)) === 'ended') response.end()
}
