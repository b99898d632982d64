/** Guide 1, "FastAPI Streaming Endpoint", with Fastify. */
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import { askEndpoint } from './helpers/ask-endpoint.ts'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { type GenerateRequest, generateStream } from './helpers/generate-stream.ts'

const openai = await fakeOpenAI()
const app = Fastify()

app.post<{ Body: GenerateRequest }>('/generate-stream', (request, reply) =>
  reply.type('text/plain; charset=utf-8').send(Readable.from(generateStream(request.body, openai.url))),
)

const url = await app.listen({ port: 0, host: '127.0.0.1' })
await askEndpoint(url, openai)
console.log('Fastify: the answer is marked, bound, and names its request.')
await app.close()
await openai.close()
