/** Headers of deliveries: what keeps proxies from holding a stream back, and the seal's stream id. */
import type { Deliverable } from './deliverable.ts'

const unbuffered = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

/** For an event stream of no run. */
export function eventStreamHeaders(extra: Record<string, string> = {}): Record<string, string> {
  return { 'content-type': 'text/event-stream; charset=utf-8', ...unbuffered, ...lowerCased(extra) }
}

/** For an event stream. */
export function sseHeaders(run: Deliverable, extra: Record<string, string> = {}): Record<string, string> {
  return eventStreamHeaders({ ...streamId(run), ...extra })
}

/** For lines of JSON. */
export function ndjsonHeaders(run: Deliverable, extra: Record<string, string> = {}): Record<string, string> {
  return {
    'content-type': 'application/x-ndjson; charset=utf-8',
    ...unbuffered,
    ...streamId(run),
    ...lowerCased(extra),
  }
}

/** For plain chunked text. Never HTML: a browser would run what the model says. */
export function textHeaders(run: Deliverable, extra: Record<string, string> = {}): Record<string, string> {
  return {
    ...unbuffered,
    ...streamId(run),
    ...lowerCased(extra),
    'content-type': 'text/plain; charset=utf-8',
  }
}

/** A stream id names a seal: where there is none, nothing is named. */
function streamId({ id, isSealed = true }: Deliverable): Record<string, string> {
  return isSealed ? { 'streamseal-stream-id': id } : {}
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
