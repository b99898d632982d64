/** A stand-in for Anthropic's Messages API: it streams a fixed answer, token by token. */
import { ETHICS } from './fake-openai.ts'
import { type Listening, listen } from './listen.ts'

/** Starts the server; `url` is its `baseURL`. */
export function fakeAnthropic(answer: string = ETHICS): Promise<Listening> {
  return listen((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events(answer))
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    response.end()
  })
}

function events(answer: string): { type: string }[] {
  const tokens = answer.match(/\s?\S+/g) ?? []
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-3-opus-20240229',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  }
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...tokens.map(text => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 30 },
    },
    { type: 'message_stop' },
  ] as { type: string }[]
}
