/** The official `openai` client on a Streamseal gateway. One line changes: the base URL. */
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: process.env.STREAMSEAL_BASE_URL ?? 'http://localhost:8787/v1', // the one changed line
  apiKey: process.env.OPENAI_API_KEY ?? 'none',
})

const stream = await client.chat.completions.create({
  model: process.env.STREAMSEAL_MODEL ?? 'demo',
  messages: [{ role: 'user', content: 'Tell me something about tides.' }],
  stream: true,
})

let answer = ''
let seal
for await (const chunk of stream) {
  const text = chunk.choices[0]?.delta.content ?? ''
  process.stdout.write(text)
  answer += text
  // The seal's other half stands beside the text, where a client that does not know it passes it over.
  if ('streamseal' in chunk) seal = chunk.streamseal
}

// The text is sealed already: anyone can verify it, here by asking the gateway that issued it.
const verifyUrl = new URL('/verify', client.baseURL)
const response = await fetch(verifyUrl, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: answer }),
})
const report = await response.json()
console.log(`\n\n${report.status}: stream ${seal.stream_id}, issued by ${report.seals[0]?.claims?.issuer}`)
