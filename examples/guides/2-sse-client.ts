/** Guide 2, "SSE Client": the published program, unchanged, with an `EventSource` for Node; a real browser runs it in the tests. */
import assert from 'node:assert/strict'
import { demo } from '@streamseal/stream/demo'
import { EventSource } from 'eventsource'
import { sseClient } from './helpers/browser-clients.ts'
import { queryServer } from './helpers/query-server.ts'

const server = await queryServer(demo({ text: 'I am well.', tokensPerSecond: 200, firstTokenMs: 0 }))

/** Runs the program at an address, and gives what it logs once it has closed. */
async function run(path: string): Promise<{ logged: string[]; shown: string }> {
  const response = { innerHTML: '' }
  const logged: string[] = []
  const page = { getElementById: () => response }
  const source = new EventSource(`${server.url}${path}`)
  const log = (...words: unknown[]) => logged.push(words.join(' '))
  const console = { log, error: log }
  new Function('EventSource', 'document', 'console', sseClient)(
    function stub() {
      return source
    },
    page,
    console,
  )
  while (source.readyState !== EventSource.CLOSED) await new Promise(resolve => setTimeout(resolve, 10))
  return { logged, shown: response.innerHTML }
}

const { logged, shown } = await run('/query/stream?query=How%20are%20you%3F')
console.log(logged.join('\n'))
assert.equal(shown, 'I am well.')
assert.equal(logged.at(-1), 'Stream complete: I am well.')

// As it stands in the guide it asks nothing: it is told so, and ends.
assert.deepEqual(await run('/query/stream'), { logged: ['Stream complete: '], shown: '' })
assert.equal(server.asked, 1)
await server.close()
