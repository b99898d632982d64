/** The gateway's event streams and sockets in a real Chromium: its own `EventSource`, `WebSocket` and `fetch`, as the guide's browser clients use them, and our client in a page. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from './start-browser.ts'
import { useSite } from './use-site.ts'

type Client = typeof import('@streamseal/stream/client')

/** Our client as a page loads it. */
async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { streamParts, watchAnswer } from '@streamseal/stream/client'",
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'streamsealClient',
    conditions: ['@streamseal/source'],
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

describe.skipIf(chromiumPath === undefined)('in Chromium (skipped where it is not installed)', () => {
  const site = useSite({ STREAMSEAL_DEMO_TOKENS_PER_SECOND: '1000' })
  let client = ''
  beforeAll(async () => {
    client = await bundleClient()
  })

  test('EventSource gets the guide’s frames, and reconnects to what was read without asking again', async () => {
    const page = await site.open('/verify')
    const told = await page.evaluate(
      () =>
        new Promise<{ chunks: string; final: string; id: string }>((resolve, reject) => {
          const source = new EventSource('/query/stream?query=Hello')
          let chunks = ''
          source.onmessage = event => {
            const data = JSON.parse(event.data)
            if (data.is_final) {
              source.close()
              resolve({ chunks, final: data.metadata.final_response, id: event.lastEventId })
            } else chunks += data.content
          }
          source.onerror = () => reject(new Error('the source erred'))
        }),
    )
    expect(told.chunks.length).toBeGreaterThan(20)
    expect(told.final).toBe(told.chunks)
    const again = await page.evaluate(
      async id => (await fetch('/query/stream?query=Hello', { headers: { 'last-event-id': id } })).status,
      told.id,
    )
    expect(again).toBe(204)
  })

  test('a bare EventSource is told that there was no query, and stays away', async () => {
    const page = await site.open('/verify')
    const told = await page.evaluate(
      () =>
        new Promise<{ error: string; state: number }>(resolve => {
          const source = new EventSource('/query/stream')
          let error = ''
          source.onmessage = event => {
            error = JSON.parse(event.data).error
          }
          const look = setInterval(() => {
            if (source.readyState !== EventSource.CLOSED) return
            clearInterval(look)
            resolve({ error, state: source.readyState })
          }, 50)
        }),
    )
    expect(told).toEqual({ error: 'No query provided', state: 2 })
    // Chromium says in its console that 204 ended the stream.
    site.forgive(/204|EventSource/)
  })

  test('WebSocket is asked twice, says what an empty query is, and stays open', async () => {
    const page = await site.open('/verify')
    const told = await page.evaluate(
      () =>
        new Promise<{ chunks: string; whole: string; errors: string[]; state: number }>(resolve => {
          const ws = new WebSocket(`${location.origin.replace('http', 'ws')}/query/ws`)
          const result = { chunks: '', whole: '', errors: [] as string[], state: 0 }
          let completed = 0
          ws.onopen = () => {
            ws.send(JSON.stringify({ query: '' }))
            for (const query of ['Hello, how are you?', 'And now?']) ws.send(JSON.stringify({ query }))
          }
          ws.onmessage = event => {
            const data = JSON.parse(event.data)
            if (data.type === 'chunk') result.chunks += data.content
            if (data.type === 'error') result.errors.push(data.content)
            if (data.type !== 'complete') return
            result.whole += data.content
            completed++
            if (completed === 2) resolve({ ...result, state: ws.readyState })
          }
        }),
    )
    expect(told).toMatchObject({ whole: told.chunks, errors: ['No query provided'], state: 1 })
    expect(told.whole.length).toBeGreaterThan(40)
  })

  test('fetch reads a run as lines while it comes, and from any cursor', async () => {
    const page = await site.open('/verify')
    const told = await page.evaluate(async () => {
      const asked = await fetch('/stream?format=ndjson', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'Hello' }),
      })
      const lines = (await asked.text()).trim().split('\n')
      const id = asked.headers.get('streamseal-stream-id')
      const rest = await fetch(`/runs/${id}/stream?format=ndjson&after=4`)
      return { lines, rest: (await rest.text()).trim().split('\n') }
    })
    expect(told.rest).toEqual(told.lines.slice(4))
    expect(JSON.parse(told.lines.at(-1) ?? '')).toMatchObject({ type: 'finish' })
  })

  test.each(['http', 'ws'])(
    'our client reads a run over %s, leaves, and goes on where it was',
    async scheme => {
      const page = await site.open('/verify')
      // The driver's scripts are not held to the page's policy.
      await page.evaluate(`${client}; globalThis.streamsealClient = streamsealClient`)
      const told = await page.evaluate(
        async path => {
          const { streamParts } = (globalThis as unknown as { streamsealClient: Client }).streamsealClient
          const base = location.origin.replace('http', path.startsWith('/ws') ? 'ws' : 'http')
          const cursors: number[] = []
          let text = ''
          const first = streamParts(base + path, { body: { query: 'Hello', leave: 'continue' } })
          for await (const part of first) {
            cursors.push(part.cursor)
            if (part.type === 'text-delta') text += part.delta
            if (cursors.length === 6) break
          }
          const url = `${base}/runs/${first.runId}/stream?format=parts`
          const second = streamParts(url, { after: first.cursor })
          for await (const part of second) {
            cursors.push(part.cursor)
            if (part.type === 'text-delta') text += part.delta
          }
          return { cursors, text, state: second.state }
        },
        scheme === 'ws' ? '/ws?format=parts' : '/stream?format=parts',
      )
      expect(told.state).toBe('done')
      expect(told.cursors).toEqual(told.cursors.map((_, index) => index + 1))
      expect(told.text.length).toBeGreaterThan(20)
    },
  )
})
