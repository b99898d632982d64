/** Guide 1, "Flask Streaming Example", with nothing but `node:http`. */
import { json } from 'node:stream/consumers'
import { askEndpoint } from './helpers/ask-endpoint.ts'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { type GenerateRequest, generateStream } from './helpers/generate-stream.ts'
import { listen } from './helpers/listen.ts'

const openai = await fakeOpenAI()

const server = await listen(async (request, response) => {
  if (request.method !== 'POST' || request.url !== '/generate-stream') {
    response.writeHead(404).end()
    return
  }
  const body = (await json(request)) as GenerateRequest
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  for await (const chunk of generateStream(body, openai.url)) response.write(chunk)
  response.end()
})

await askEndpoint(server.url, openai)
console.log('node:http: the answer is marked, bound, and names its request.')
await server.close()
await openai.close()
