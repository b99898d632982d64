/** What every web endpoint of guide 1 does: takes a prompt, asks OpenAI, and streams the marked answer. */
import { StreamingHandler } from '@streamseal/seal/encypher'
import OpenAI from 'openai'

/** The body of `POST /generate-stream`; both members may be missing. */
export interface GenerateRequest {
  prompt?: string | undefined
  request_id?: string | undefined
}

/** The secret that signs the metadata, and binds the words; from the environment in a real program. */
export const hmacSecretKey = 'your-secret-key'

/** The marked answer, piece by piece; every endpoint writes these to its response. */
export async function* generateStream(body: GenerateRequest, baseURL: string): AsyncGenerator<string> {
  const { prompt = 'Write something interesting.', request_id = new Date().toISOString() } = body
  const client = new OpenAI({ apiKey: 'your-api-key', baseURL })
  const handler = new StreamingHandler({
    metadata: { model_id: 'gpt-4', timestamp: new Date(), request_id },
    target: 'whitespace',
    encodeFirstChunkOnly: false,
    hmacSecretKey,
  })
  const completion = await client.chat.completions.create({
    model: 'gpt-4',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: prompt },
    ],
    stream: true,
  })
  for await (const chunk of completion) {
    const content = chunk.choices[0]?.delta.content
    if (content) yield handler.processChunk(content)
  }
  const { text } = await handler.finalize()
  yield text
}
