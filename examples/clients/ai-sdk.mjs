/** The AI SDK on a Streamseal gateway. One line changes: the base URL. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'

const baseURL = process.env.STREAMSEAL_BASE_URL ?? 'http://localhost:8787/v1' // the one changed line
const provider = createOpenAICompatible({
  name: 'streamseal',
  baseURL,
  apiKey: process.env.OPENAI_API_KEY ?? 'none',
})

const { textStream } = streamText({
  model: provider(process.env.STREAMSEAL_MODEL ?? 'demo'),
  prompt: 'Tell me something about tides.',
})

let answer = ''
for await (const text of textStream) {
  process.stdout.write(text)
  answer += text
}

// The text is sealed already, and its seals name themselves: anyone can verify it, here by asking the gateway that issued it.
const response = await fetch(new URL('/verify', baseURL), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: answer }),
})
const report = await response.json()
const [seal] = report.seals
console.log(`\n\n${report.status}: stream ${seal.streamId}, issued by ${seal.claims?.issuer}`)
