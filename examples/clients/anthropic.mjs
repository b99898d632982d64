/** The official `@anthropic-ai/sdk` client on a Streamseal gateway, with any model behind it. One line changes: the base URL, without `/v1`. */
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: process.env.STREAMSEAL_URL ?? 'http://localhost:8787', // the one changed line
  apiKey: process.env.ANTHROPIC_API_KEY ?? 'none',
})

const stream = client.messages.stream({
  model: process.env.STREAMSEAL_MODEL ?? 'demo',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Tell me something about tides.' }],
})
stream.on('text', text => process.stdout.write(text))

// The seal's other half stands beside the text, where a client that does not know it passes it over.
let seal
stream.on('streamEvent', event => {
  if ('streamseal' in event) seal = event.streamseal
})
const answer = await stream.finalText()

// The text is sealed already: anyone can verify it, here by asking the gateway that issued it.
const response = await fetch(new URL('/verify', client.baseURL), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: answer }),
})
const report = await response.json()
console.log(`\n\n${report.status}: stream ${seal.stream_id}, issued by ${report.seals[0]?.claims?.issuer}`)
