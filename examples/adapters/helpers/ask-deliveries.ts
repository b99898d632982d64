/** Asks a server for one answer in every delivery, and checks each. */
import assert from 'node:assert/strict'

/** What the servers of these examples answer. */
export const ANSWER = 'Hello world'

const marks: Record<string, [type: string, holds: RegExp]> = {
  '/events': ['text/event-stream; charset=utf-8', /"final_response":"Hello world"/],
  '/text': ['text/plain; charset=utf-8', /^Hello world$/],
  '/lines': ['application/x-ndjson; charset=utf-8', /"type":"finish","reason":"stop"/],
  '/api/chat': ['text/event-stream; charset=utf-8', /"type":"text-delta".*data: \[DONE\]/s],
}

/** Each must stream, unbuffered by proxies, and say what it is. */
export async function askDeliveries(url: string): Promise<void> {
  for (const [path, [type, holds]] of Object.entries(marks)) {
    const response = await fetch(url + path)
    assert.equal(response.headers.get('content-type'), type)
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    assert.equal(response.headers.get('cache-control'), 'no-cache, no-transform')
    assert.match(await response.text(), holds)
  }
}
