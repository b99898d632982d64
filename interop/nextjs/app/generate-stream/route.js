/** Guide 1's endpoint as a route handler of Next.js. */
import { Readable } from 'node:stream'
import { StreamingHandler } from '@streamseal/seal/encypher'
import OpenAI from 'openai'

export const dynamic = 'force-dynamic'

async function* generateStream({ prompt, request_id }) {
  const client = new OpenAI({ apiKey: 'none', baseURL: process.env.UPSTREAM })
  const handler = new StreamingHandler({
    metadata: { model_id: 'gpt-4', timestamp: new Date(), request_id },
    target: 'whitespace',
    encodeFirstChunkOnly: false,
    hmacSecretKey: 'your-secret-key',
  })
  const messages = [{ role: 'user', content: prompt }]
  const completion = await client.chat.completions.create({ model: 'gpt-4', messages, stream: true })
  for await (const chunk of completion) {
    const content = chunk.choices[0]?.delta.content
    if (content) yield handler.processChunk(content)
  }
  const { text } = await handler.finalize()
  yield text
}

export async function POST(request) {
  const answer = Readable.toWeb(Readable.from(generateStream(await request.json())))
  return new Response(answer.pipeThrough(new TextEncoderStream()), {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
