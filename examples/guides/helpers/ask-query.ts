/** The clients of guide 2's `/query/stream` and `/query/ws`: ask over real sockets and check every frame. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What the servers of the examples answer. */
export const ANSWER = 'The moon does.'

/** Posts a query; the frames must have the guide's keys, and their contents join to the final response. */
export async function askQueryStream(url: string): Promise<void> {
  const response = await fetch(`${url}/query/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'What makes the tides?' }),
  })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const data = (await response.text()).split('\n').filter(line => line.startsWith('data: '))
  const frames = data.map(line => JSON.parse(line.slice('data: '.length)))
  for (const frame of frames) assert.deepEqual(Object.keys(frame), ['content', 'metadata', 'is_final'])
  assert.deepEqual(
    frames.map(frame => frame.is_final),
    frames.map((_, index) => index === frames.length - 1),
  )
  assert.equal(frames.map(frame => frame.content).join(''), ANSWER)
  assert.equal(frames.at(-1).metadata.final_response, ANSWER)
}

/** Sends an empty query, and then two: the socket stays open for all of them. */
export async function askQuerySocket(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/query/ws`)
  const messages: { type: string; content: string }[] = []
  const done = new Promise<void>(resolve => {
    socket.on('message', data => {
      messages.push(JSON.parse(String(data)))
      if (messages.filter(({ type }) => type === 'complete').length === 2) resolve()
    })
  })
  await once(socket, 'open')
  for (const query of ['', 'What makes the tides?', 'Really?']) socket.send(JSON.stringify({ query }))
  await done
  assert.deepEqual(messages[0], { type: 'error', content: 'No query provided' })
  const answers = messages.filter(({ type }) => type === 'complete').map(({ content }) => content)
  assert.deepEqual(answers, [ANSWER, ANSWER])
  const chunks = messages.filter(({ type }) => type === 'chunk').map(({ content }) => content)
  assert.equal(chunks.join(''), ANSWER + ANSWER)
  socket.close()
}
