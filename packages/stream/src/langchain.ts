/** LangChain.js: its chat models as models of ours, and its callbacks as the source of a run. */
import { toStreamError } from './ai-sdk/error.ts'
import type { Model, ModelPart, ModelRequest } from './contract.ts'
import { type LangChainChunk, LangChainDecoder } from './langchain/decoder.ts'
import { type LangChainMessage, toLangChainMessages } from './langchain/messages.ts'

export {
  type LangChainCallbacks,
  type LangChainHandlerOptions,
  langChainHandler,
} from './langchain/handler.ts'

/** What is needed of a LangChain chat model; every `BaseChatModel` has it. */
export interface LangChainChatModel {
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>
  bindTools?(tools: never, options?: never): unknown
}

/** The same as we call it. */
interface CalledModel {
  stream(input: LangChainMessage[], options: { signal?: AbortSignal }): Promise<AsyncIterable<LangChainChunk>>
  bindTools?(tools: object[], options: object): unknown
}

/**
 * A LangChain.js chat model. Settings such as the temperature are the chat model's own; tools are bound for each request.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { FakeListChatModel } from '@langchain/core/utils/testing'
 * import { generate } from '@streamseal/stream'
 * import { langChain } from '@streamseal/stream/langchain'
 * const model = langChain(new FakeListChatModel({ responses: ['Hello'] }))
 * assert.equal((await generate(model, { prompt: 'x' }).result()).text, 'Hello')
 * ```
 */
export function langChain(chatModel: LangChainChatModel): Model {
  const modelId = nameOf(chatModel)
  // LangChain's own types differ from version to version; what is called here has not changed since 0.2.
  const called = chatModel as unknown as CalledModel
  return { provider: 'langchain', modelId, stream: request => streamParts(called, modelId, request) }
}

async function* streamParts(
  chatModel: CalledModel,
  modelId: string,
  request: ModelRequest,
): AsyncGenerator<ModelPart> {
  const { signal } = request
  const ready: ModelPart[] = []
  let decoder: LangChainDecoder | undefined
  try {
    signal?.throwIfAborted()
    const messages = request.messages.flatMap(toLangChainMessages)
    decoder = new LangChainDecoder(part => ready.push(part), 'langchain', modelId)
    for await (const chunk of await withTools(chatModel, request).stream(
      messages,
      signal === undefined ? {} : { signal },
    )) {
      signal?.throwIfAborted()
      decoder.take(chunk)
      yield* ready.splice(0)
    }
    signal?.throwIfAborted()
    decoder.finish()
    yield* ready
  } catch (error) {
    decoder?.cut()
    yield* ready
    throw toStreamError(signal?.aborted ? signal.reason : error, 'langchain')
  }
}

function withTools(chatModel: CalledModel, { tools, toolChoice }: ModelRequest): CalledModel {
  if (tools === undefined || chatModel.bindTools === undefined) return chatModel
  const declared = tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }))
  const tool_choice = typeof toolChoice === 'object' ? toolChoice.toolName : toolChoice
  return chatModel.bindTools(declared, tool_choice === undefined ? {} : { tool_choice }) as CalledModel
}

function nameOf(chatModel: LangChainChatModel): string {
  const { model, modelName, getName } = chatModel as {
    model?: unknown
    modelName?: unknown
    getName?: unknown
  }
  const named = [model, modelName].find(name => typeof name === 'string' && name !== '')
  if (typeof named === 'string') return named
  return typeof getName === 'function' ? String(getName.call(chatModel)) : 'langchain'
}
