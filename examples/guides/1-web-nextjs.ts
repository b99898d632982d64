/** Guide 1, "FastAPI Streaming Endpoint", as a route handler of Next.js: `POST` is what `app/generate-stream/route.ts` exports. Next.js sends the head of an answer with the first piece of its body. */
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { askEndpoint } from './helpers/ask-endpoint.ts'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { type GenerateRequest, generateStream } from './helpers/generate-stream.ts'
import { listen } from './helpers/listen.ts'

const openai = await fakeOpenAI()

/** The route handler: a web `Request` in, a web `Response` out. */
async function POST(request: Request): Promise<Response> {
  const body = (await request.json()) as GenerateRequest
  const answer = Readable.toWeb(Readable.from(generateStream(body, openai.url))) as ReadableStream<string>
  return new Response(answer.pipeThrough(new TextEncoderStream()), {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}

// What Next.js does around it, over a real socket.
const server = await listen(async (incoming, outgoing) => {
  const body = JSON.stringify(await json(incoming))
  const response = await POST(new Request(`http://localhost${incoming.url}`, { method: 'POST', body }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  Readable.fromWeb(response.body as NodeReadableStream).pipe(outgoing)
})

await askEndpoint(server.url, openai)
console.log('Next.js: the answer is marked, bound, and names its request.')
await server.close()
await openai.close()
