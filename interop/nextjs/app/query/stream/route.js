/** Guide 2's route as a route handler of Next.js. */
import { StreamFormat, StreamingHandler } from '@streamseal/stream/handler'
import { openAICompatible } from '@streamseal/stream/openai-compatible'
import { eventSourceResponse } from '@streamseal/stream/sse'

export const dynamic = 'force-dynamic'

const model = openAICompatible('gpt-4', { provider: 'guide', baseUrl: process.env.UPSTREAM, apiKey: 'none' })
const handler = new StreamingHandler(model, StreamFormat.SSE)

export async function POST(request) {
  const { query } = await request.json()
  return eventSourceResponse(handler.streamSse([{ role: 'user', content: query }]))
}
