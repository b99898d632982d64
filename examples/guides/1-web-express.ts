/** Guide 1, "Flask Streaming Example", with Express. */
import express from 'express'
import { askEndpoint } from './helpers/ask-endpoint.ts'
import { fakeOpenAI } from './helpers/fake-openai.ts'
import { type GenerateRequest, generateStream } from './helpers/generate-stream.ts'
import { listen } from './helpers/listen.ts'

const openai = await fakeOpenAI()
const app = express()
app.use(express.json())

app.post('/generate-stream', async (request, response) => {
  response.type('text/plain')
  for await (const chunk of generateStream(request.body as GenerateRequest, openai.url)) response.write(chunk)
  response.end()
})

const server = await listen(app)
await askEndpoint(server.url, openai)
console.log('Express: the answer is marked, bound, and names its request.')
await server.close()
await openai.close()
