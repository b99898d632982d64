/** Beyond guide 3: a typed answer that streams, and a chat that gives one. There, a stream is never typed. */
import assert from 'node:assert/strict'
import { declare } from '@streamseal/stream/declare'
import { demo } from '@streamseal/stream/demo'
import { z } from 'zod'

const review = { title: 'Avengers', stars: 4, good: ['the heroes', 'the jokes'] }
const gpt = declare.with(demo({ text: JSON.stringify(review), tokensPerSecond: Number.POSITIVE_INFINITY }))
const output = z.object({ title: z.string(), stars: z.number().min(1).max(5), good: z.array(z.string()) })

const rate = gpt.task({ description: 'Review the movie', output, streaming: true })
const stream = rate({ movie: 'Avengers' })
for await (const { partial } of stream) console.log(partial)
const { value } = await stream.result()
// `value` is typed: { title: string, stars: number, good: string[] }
assert.equal(value.stars + value.good.length, 6)

const critic = gpt.chat({ system: 'You review movies.', greeting: 'Which movie?', output })()
assert.deepEqual(await critic.send('Avengers'), review)
assert.deepEqual(
  (await critic.conversation()).map(({ role }) => role),
  ['assistant', 'user', 'assistant'],
)
