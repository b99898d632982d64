/** What the upstream of the soak says: prose, a few words an event. */

const words = 'The answer goes on and on. It is sealed while it streams, and nobody waits for it. '.split(
  /(?<= )/,
)
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_732_000_000, model: 'soak' }

/** The event of chunk `number`. */
export function chunkOf(number: number): string {
  const content = words[number % words.length]
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
}

/** The events behind the last chunk. */
export function endOf(chunks: number): string {
  const usage = { prompt_tokens: 3, completion_tokens: chunks, total_tokens: chunks + 3 }
  const finish = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  return `data: ${JSON.stringify(finish)}\n\ndata: ${JSON.stringify({ ...head, choices: [], usage })}\n\ndata: [DONE]\n\n`
}
