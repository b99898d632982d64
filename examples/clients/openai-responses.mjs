/** The official `openai` client and its Responses API on a Streamseal gateway. One line changes: the base URL. */
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: process.env.STREAMSEAL_BASE_URL ?? 'http://localhost:8787/v1', // the one changed line
  apiKey: process.env.OPENAI_API_KEY ?? 'none',
})

const stream = await client.responses.create({
  model: process.env.STREAMSEAL_MODEL ?? 'demo',
  input: 'Tell me something about tides.',
  stream: true,
})

let answer = ''
let seal
for await (const event of stream) {
  if (event.type === 'response.output_text.delta') {
    process.stdout.write(event.delta)
    answer += event.delta
  }
  // The seal's other half stands beside the text, where a client that does not know it passes it over.
  if ('streamseal' in event) seal = event.streamseal
}

// The text is sealed already: anyone can verify it, here by asking the gateway that issued it.
const response = await fetch(new URL('/verify', client.baseURL), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: answer }),
})
const report = await response.json()
console.log(`\n\n${report.status}: stream ${seal.stream_id}, issued by ${report.seals[0]?.claims?.issuer}`)
