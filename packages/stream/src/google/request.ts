/** A `ModelRequest` as the body of a generateContent request. */
import type { ContentPart, Message, ModelRequest } from '../contract.ts'
import { toBase64, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'
import { parsedToolInput } from '../tool-input.ts'

/** The body. `providerOptions` win over everything. */
export function googleRequest(request: ModelRequest): Record<string, unknown> {
  const names = toolNames(request.messages)
  const pieces = (message: Message): unknown[] => piecesOf(message, names)
  const system = request.messages.filter(message => message.role === 'system').flatMap(pieces)
  return defined({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents: merged(
      request.messages.filter(message => message.role !== 'system'),
      pieces,
    ),
    generationConfig: generationConfig(request),
    tools:
      request.tools === undefined ? undefined : [{ functionDeclarations: request.tools.map(declaration) }],
    toolConfig: toolConfig(request.toolChoice),
    ...request.providerOptions,
  })
}

function generationConfig(request: ModelRequest): Record<string, unknown> {
  const isJson = request.responseFormat?.type === 'json'
  return defined({
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    stopSequences: request.stopSequences,
    seed: request.seed,
    candidateCount: request.choices,
    responseLogprobs: request.topLogprobs === undefined ? undefined : true,
    logprobs: request.topLogprobs,
    responseMimeType: isJson ? 'application/json' : undefined,
    responseJsonSchema: request.responseFormat?.type === 'json' ? request.responseFormat.schema : undefined,
  })
}

function declaration(tool: NonNullable<ModelRequest['tools']>[number]): Record<string, unknown> {
  return defined({ name: tool.name, description: tool.description, parametersJsonSchema: tool.inputSchema })
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const

function toolConfig(choice: ModelRequest['toolChoice']): unknown {
  if (choice === undefined) return undefined
  if (typeof choice === 'object') {
    return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.toolName] } }
  }
  return { functionCallingConfig: { mode: modes[choice] } }
}

interface Content {
  role: 'user' | 'model'
  parts: unknown[]
}

/** The tools' names by their calls' ids: Google knows a result by its tool's name, OpenAI's clients send the id alone. */
function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content))
  const calls = parts.filter(part => part.type === 'tool-call')
  return new Map(calls.map(({ toolCallId, toolName }) => [toolCallId, toolName]))
}

function merged(messages: Message[], pieces: (message: Message) => unknown[]): Content[] {
  const contents: Content[] = []
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (last?.role === role) last.parts.push(...pieces(message))
    else contents.push({ role, parts: pieces(message) })
  }
  return contents
}

function piecesOf({ content }: Message, names: ReadonlyMap<string, string>): unknown[] {
  return typeof content === 'string' ? [{ text: content }] : content.flatMap(part => pieceOf(part, names))
}

function pieceOf(part: ContentPart, names: ReadonlyMap<string, string>): unknown[] {
  switch (part.type) {
    case 'text':
      return [{ text: part.text }]
    case 'image':
      return [media(part.data, part.mediaType ?? 'image/png')]
    case 'file':
      return [media(part.data, part.mediaType)]
    case 'reasoning':
      // Google signs what follows a thought, and does not take the thought back.
      return []
    case 'tool-call':
      return [functionCall(part)]
    case 'tool-result': {
      const name = part.toolName || (names.get(part.toolCallId) ?? '')
      const response = part.isError ? { error: part.output } : { output: part.output }
      return [{ functionResponse: { name, response } }]
    }
  }
}

function functionCall(call: Extract<ContentPart, { type: 'tool-call' }>): unknown {
  const { toolName: name, signature } = call
  const thoughtSignature = signature?.provider === 'google' ? signature.value : undefined
  return { functionCall: { name, args: parsedToolInput(call) }, ...defined({ thoughtSignature }) }
}

function media(data: string | Uint8Array | URL, mimeType: string): unknown {
  const url = webUrl(data)
  if (url !== undefined) return { fileData: { mimeType, fileUri: url } }
  return { inlineData: { mimeType, data: toBase64(data instanceof URL ? data.href : data) } }
}
