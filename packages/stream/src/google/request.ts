/** A `ModelRequest` as the body of a generateContent request. */
import type { ContentPart, Message, ModelRequest } from '../contract.ts'
import { toBase64, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'

/** The body. `providerOptions` win over everything. */
export function googleRequest(request: ModelRequest): Record<string, unknown> {
  const system = request.messages.filter(message => message.role === 'system').flatMap(pieces)
  return defined({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents: merged(request.messages.filter(message => message.role !== 'system')),
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

function merged(messages: Message[]): Content[] {
  const contents: Content[] = []
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (last?.role === role) last.parts.push(...pieces(message))
    else contents.push({ role, parts: pieces(message) })
  }
  return contents
}

function pieces({ content }: Message): unknown[] {
  return typeof content === 'string' ? [{ text: content }] : content.map(piece)
}

function piece(part: ContentPart): unknown {
  switch (part.type) {
    case 'text':
      return { text: part.text }
    case 'image':
      return media(part.data, part.mediaType ?? 'image/png')
    case 'file':
      return media(part.data, part.mediaType)
    case 'tool-call':
      return { functionCall: { name: part.toolName, args: JSON.parse(part.input || '{}') } }
    case 'tool-result':
      return { functionResponse: { name: part.toolName, response: { output: part.output } } }
  }
}

function media(data: string | Uint8Array | URL, mimeType: string): unknown {
  const url = webUrl(data)
  if (url !== undefined) return { fileData: { mimeType, fileUri: url } }
  return { inlineData: { mimeType, data: toBase64(data instanceof URL ? data.href : data) } }
}
