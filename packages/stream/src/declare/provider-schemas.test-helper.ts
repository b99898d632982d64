/**
 * What four providers take as a conversation, as they document it and as strictly as they check it: OpenAI's chat
 * completions and Responses, Anthropic's messages, Google's generateContent. `acceptedByAll` throws where one would refuse.
 */
import { z } from 'zod'
import { anthropicRequest } from '../anthropic/request.ts'
import type { Message } from '../contract.ts'
import { googleRequest } from '../google/request.ts'
import { chatRequest } from '../openai-chat/request.ts'
import { responsesRequest } from '../openai-responses/request.ts'
import { cleanPrompt } from '../prompt-hygiene.ts'

// Anthropic: "text content blocks must contain non-whitespace text".
const words = z.string().regex(/\S/)
const object = z.record(z.string(), z.unknown())
const json = z
  .string()
  .refine(text => object.safeParse(JSON.parse(text)).success, 'must be an object as JSON')

const chatMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: words }),
  z.strictObject({ role: z.literal('user'), content: words }),
  z
    .strictObject({
      role: z.literal('assistant'),
      content: words.nullable(),
      tool_calls: z
        .array(
          z.strictObject({
            id: z.string().min(1),
            type: z.literal('function'),
            function: z.strictObject({ name: z.string().min(1), arguments: json }),
          }),
        )
        .min(1)
        .optional(),
    })
    .refine(({ content, tool_calls }) => content !== null || tool_calls !== undefined),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string().min(1), content: z.string() }),
])

const responsesItem = z.union([
  z.strictObject({
    role: z.enum(['system', 'user', 'assistant']),
    content: z.union([
      words,
      z.array(z.strictObject({ type: z.enum(['input_text', 'output_text']), text: words })).min(1),
    ]),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: z.string().min(1),
    name: z.string().min(1),
    arguments: json,
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: z.string().min(1),
    output: z.string(),
  }),
])

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: words }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string().min(1),
    name: z.string().min(1),
    input: object,
  }),
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string().min(1),
    content: z.string(),
    is_error: z.boolean().optional(),
  }),
])
const anthropicMessage = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.array(block).min(1),
})

const piece = z.union([
  z.strictObject({ text: words }),
  z.strictObject({ functionCall: z.strictObject({ name: z.string().min(1), args: object }) }),
  z.strictObject({ functionResponse: z.strictObject({ name: z.string().min(1), response: object }) }),
])
const googleContent = z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(piece).min(1) })

/** Throws where a provider would refuse these messages, the last of which asks. */
export function acceptedByAll(asked: readonly Message[]): void {
  const { messages } = cleanPrompt(asked, 'remove')
  chatAccepts(z.array(chatMessage).parse(chatRequest('m', { messages }).messages))
  responsesAccept(z.array(responsesItem).parse(responsesRequest('m', { messages }).input))
  anthropicAccepts(z.array(anthropicMessage).parse(anthropicRequest('m', { messages }).messages))
  googleAccepts(z.array(googleContent).parse(googleRequest({ messages }).contents))
}

function ensure(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`A provider refuses the history: ${rule}`)
}

/** The user is first and last, and voices alternate. */
function voicesAlternate(roles: readonly string[]): void {
  ensure(roles[0] === 'user', 'the user must speak first')
  ensure(roles.at(-1) === 'user', 'the user must speak last')
  ensure(
    roles.every((role, index) => role !== roles[index - 1]),
    'voices must alternate',
  )
}

function chatAccepts(messages: readonly z.infer<typeof chatMessage>[]): void {
  // Chat templates of open models raise where the system speaks later, or a voice twice.
  ensure(
    messages.slice(1).every(({ role }) => role !== 'system'),
    'the system must speak first',
  )
  voicesAlternate(
    messages
      .filter(({ role }) => role !== 'system')
      .map(({ role }) => role)
      .filter((role, index, roles) => role !== 'tool' || roles[index - 1] !== 'tool'),
  )
  let open: string[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      ensure(open.includes(message.tool_call_id), 'a result needs a call before it')
      open = open.filter(id => id !== message.tool_call_id)
      continue
    }
    ensure(open.length === 0, 'every call needs its result right behind it')
    if (message.role === 'assistant') open = message.tool_calls?.map(({ id }) => id) ?? []
  }
}

function responsesAccept(items: readonly z.infer<typeof responsesItem>[]): void {
  const idsOf = (type: string): string[] =>
    items.flatMap(item => ('call_id' in item && item.type === type ? [item.call_id] : [])).sort()
  const [calls, outputs] = [idsOf('function_call'), idsOf('function_call_output')]
  ensure(JSON.stringify(calls) === JSON.stringify(outputs), 'every call needs one output, and no more')
}

function anthropicAccepts(messages: readonly z.infer<typeof anthropicMessage>[]): void {
  voicesAlternate(messages.map(({ role }) => role))
  messages.forEach(({ content }, index) => {
    const uses = content.flatMap(each => (each.type === 'tool_use' ? [each.id] : []))
    const next = messages[index + 1]?.content ?? []
    const results = next.flatMap(each => (each.type === 'tool_result' ? [each.tool_use_id] : []))
    ensure(JSON.stringify(uses) === JSON.stringify(results), 'tool_use needs tool_result in the next message')
    ensure(
      results.every((_, at) => next[at]?.type === 'tool_result'),
      'tool_result must come first',
    )
  })
}

function googleAccepts(contents: readonly z.infer<typeof googleContent>[]): void {
  voicesAlternate(contents.map(({ role }) => role))
  contents.forEach(({ parts }, index) => {
    const calls = parts.filter(part => 'functionCall' in part).length
    const next = contents[index + 1]?.parts ?? []
    const responses = next.filter(part => 'functionResponse' in part).length
    ensure(calls === responses, 'as many function responses as calls must follow')
  })
}
