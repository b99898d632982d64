/** The gateway's event streams and sockets in a real Chromium: its own `EventSource`, `WebSocket` and `fetch`, as the guide's browser clients use them, and our client in a page. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath } from './start-browser.ts'
import { useSite } from './use-site.ts'

type Client = typeof import('@streamseal/stream/client')

interface Reading {
  readonly url: string
  readonly query?: string
  readonly count: number
  readonly after: number
}

/** Runs in the page: reads so many parts with our client, and leaves. */
async function read({ url, query, count, after }: Reading): Promise<{
  cursors: number[]
  runId: string | undefined
  state: string
}> {
  const { streamParts } = (globalThis as unknown as { streamsealClient: Client }).streamsealClient
  const body = query === undefined ? {} : { body: { query, leave: 'continue' } }
  const stream = streamParts(url, { after, ...body })
  const cursors: number[] = []
  for await (const { cursor } of stream) if (cursors.push(cursor) === count) break
  return { cursors, runId: stream.runId, state: stream.state }
}

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
        new Promise<{ messages: { type: string; content: string }[]; state: number }>(resolve => {
          const ws = new WebSocket(`${location.origin.replace('http', 'ws')}/query/ws`)
          const messages: { type: string; content: string }[] = []
          ws.onopen = () => {
            for (const query of ['', 'Hello, how are you?', 'And now?']) ws.send(JSON.stringify({ query }))
          }
          ws.onmessage = event => {
            messages.push(JSON.parse(event.data))
            const isWhole = messages.filter(({ type }) => type === 'complete').length === 2
            if (isWhole) resolve({ messages, state: ws.readyState })
          }
        }),
    )
    const contentOf = (kind: string): string =>
      told.messages
        .filter(({ type }) => type === kind)
        .map(({ content }) => content)
        .join('')
    expect(told.state).toBe(1)
    expect(contentOf('error')).toBe('No query provided')
    expect(contentOf('complete')).toBe(contentOf('chunk'))
    expect(contentOf('chunk').length).toBeGreaterThan(40)
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
      const path = scheme === 'ws' ? '/ws?format=parts' : '/stream?format=parts'
      const base = site.url.replace('http', scheme)
      const first = await page.evaluate(read, { url: base + path, query: 'Hello', count: 6, after: 0 })
      const url = `${base}/runs/${first.runId}/stream?format=parts`
      const second = await page.evaluate(read, { url, count: 100_000, after: 6 })
      const cursors = [...first.cursors, ...second.cursors]
      expect(second.state).toBe('done')
      expect(cursors.length).toBeGreaterThan(10)
      expect(cursors).toEqual(cursors.map((_, index) => index + 1))
    },
  )
})
