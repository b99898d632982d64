/** Guide 4, "the sample code Langchain provides": callbacks that write each token to standard output. */
import assert from 'node:assert/strict'
import { FakeListChatModel } from '@langchain/core/utils/testing'
import { generate, stdoutHandler } from '@streamseal/stream'
import { langChain } from '@streamseal/stream/langchain'

// In place of ChatOpenAI, which needs a key: LangChain's own stand-in, which streams in characters.
const song = 'Bubbles rise, and so do I.'
const chat = langChain(new FakeListChatModel({ responses: [song, song] }))

const run = generate(chat, {
  messages: [{ role: 'user', content: 'Write me a song about sparkling water.' }],
  temperature: 0,
  callbacks: stdoutHandler(),
})
assert.equal((await run.result()).text, song)

// Or callbacks of your own.
const tokens: string[] = []
let whole = ''
const again = generate(chat, {
  prompt: 'Once more, please.',
  callbacks: {
    onToken: token => void tokens.push(token),
    onEnd: ({ text }) => {
      whole = text
    },
  },
})
await again.result()
await new Promise(resolve => setImmediate(resolve))
assert.equal(tokens.join(''), song)
assert.equal(whole, song)
