/** A `ModelRequest` as the call options of the AI SDK's language model specification, version 4. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  SharedV4FileData,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider'
import type { ContentPart, Message, ModelRequest, ProviderSignature } from '../contract.ts'
import { toBase64, webUrl } from '../data-url.ts'
import { defined } from '../defined.ts'
import { parsedToolInput } from '../tool-input.ts'
import { aiSdkSignature } from './decoder.ts'

/** The options of `doStream`. */
export function toCallOptions(request: ModelRequest): LanguageModelV4CallOptions {
  return {
    prompt: request.messages.flatMap(toPromptMessages),
    ...defined({
      maxOutputTokens: request.maxOutputTokens,
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      frequencyPenalty: request.frequencyPenalty,
      presencePenalty: request.presencePenalty,
      stopSequences: request.stopSequences,
      seed: request.seed,
      reasoning: request.reasoningEffort,
      responseFormat: request.responseFormat,
      tools: request.tools?.map(({ name, description, inputSchema }) => ({
        type: 'function' as const,
        name,
        inputSchema,
        ...defined({ description }),
      })),
      toolChoice: toToolChoice(request.toolChoice),
      headers: request.headers,
      providerOptions: request.providerOptions as SharedV4ProviderOptions | undefined,
      abortSignal: request.signal,
    }),
  }
}

function toToolChoice(choice: ModelRequest['toolChoice']): LanguageModelV4CallOptions['toolChoice'] {
  if (typeof choice === 'object') return { type: 'tool', toolName: choice.toolName }
  return choice === undefined ? undefined : { type: choice }
}

function toPromptMessages({ role, content }: Message): LanguageModelV4Message[] {
  const parts: ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  if (role === 'system') return [{ role, content: parts.map(textOf).join('') }]
  if (role === 'assistant') return [{ role, content: parts.flatMap(toAnswerPart) }]
  const results = parts.flatMap(toResult)
  const asked = parts.flatMap(toUserPart)
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
    ...(asked.length === 0 ? [] : [{ role: 'user' as const, content: asked }]),
  ]
}

type MessageOf<Role extends LanguageModelV4Message['role']> = Extract<LanguageModelV4Message, { role: Role }>

function toAnswerPart(part: ContentPart): MessageOf<'assistant'>['content'] {
  if (part.type === 'text') return [part]
  if (part.type === 'reasoning') return [{ type: 'reasoning', text: part.text, ...sentBack(part.signature) }]
  if (part.type !== 'tool-call') return []
  const { toolCallId, toolName } = part
  return [
    { type: 'tool-call', toolCallId, toolName, input: parsedToolInput(part), ...sentBack(part.signature) },
  ]
}

function sentBack(signature: ProviderSignature | undefined): { providerOptions?: SharedV4ProviderOptions } {
  if (signature?.provider !== aiSdkSignature) return {}
  return { providerOptions: JSON.parse(signature.value) as SharedV4ProviderOptions }
}

function toResult(part: ContentPart): MessageOf<'tool'>['content'] {
  if (part.type !== 'tool-result') return []
  const { toolCallId, toolName, output, isError } = part
  return [
    {
      type: 'tool-result',
      toolCallId,
      toolName,
      output: { type: isError ? 'error-text' : 'text', value: output },
    },
  ]
}

function toUserPart(part: ContentPart): MessageOf<'user'>['content'] {
  if (part.type === 'text') return [part]
  if (part.type === 'image') {
    return [{ type: 'file', data: toFileData(part.data), mediaType: part.mediaType ?? 'image/png' }]
  }
  if (part.type !== 'file') return []
  const { data, mediaType, filename } = part
  return [{ type: 'file', data: toFileData(data), mediaType, ...defined({ filename }) }]
}

function toFileData(data: string | Uint8Array | URL): SharedV4FileData {
  const url = webUrl(data)
  if (url !== undefined) return { type: 'url', url: new URL(url) }
  if (data instanceof Uint8Array) return { type: 'data', data }
  return { type: 'data', data: toBase64(data instanceof URL ? data.href : data) }
}

function textOf(part: ContentPart): string {
  return part.type === 'text' ? part.text : ''
}
