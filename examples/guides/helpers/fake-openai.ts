/** A stand-in for OpenAI's API (and LiteLLM's proxy, which speaks the same): it streams a fixed answer, token by token. */
import { json } from 'node:stream/consumers'
import { type Listening, listen } from './listen.ts'

/** What it answers with. */
export const ETHICS =
  'AI ethics asks who is answerable for what a machine says. A text that names its maker is a start, and readers can check it.'

/** The server, running; `url` is its `baseURL`. */
export interface FakeOpenAI extends Listening {
  /** The last message of every request, in order. */
  readonly prompts: readonly string[]
}

/** Starts the server. */
export async function fakeOpenAI(answer: string = ETHICS): Promise<FakeOpenAI> {
  const prompts: string[] = []
  const server = await listen(async (request, response) => {
    // Azure's clients add a query.
    if (request.method !== 'POST' || !/\/chat\/completions(\?|$)/.test(request.url ?? '')) {
      response.writeHead(404).end()
      return
    }
    const { messages } = (await json(request)) as { messages: { content: string }[] }
    prompts.push(messages.at(-1)?.content ?? '')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const chunk of chunks(answer)) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  return { ...server, url: `${server.url}/v1`, prompts }
}

function chunks(answer: string): object[] {
  const tokens = answer.match(/\s?\S+/g) ?? []
  const chunk = (delta: object, finishReason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1711843200,
    model: 'gpt-4',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  })
  return [
    chunk({ role: 'assistant', content: '' }),
    ...tokens.map(content => chunk({ content })),
    chunk({}, 'stop'),
  ]
}
