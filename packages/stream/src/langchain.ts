/** LangChain.js: its chat models as models of ours, and its callbacks as the source of a run. */
import type { Model, ModelRequest } from './contract.ts'
import type { LangChainChunk } from './langchain/decoder.ts'
import { type LangChainMessage, toLangChainMessages } from './langchain/messages.ts'
import { nameOf, streamParts } from './langchain/stream-parts.ts'

export {
  type LangChainCallbacks,
  type LangChainHandlerOptions,
  langChainHandler,
} from './langchain/handler.ts'
export {
  type LangChainRouter,
  type LangChainRouterOptions,
  langChainRouter,
} from './langchain/router.ts'
export { type LangChainRunnable, langChainRunnable, type RunnableOptions } from './langchain/runnable.ts'

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
  return {
    provider: 'langchain',
    modelId,
    stream: request =>
      streamParts(modelId, request, options =>
        withTools(called, request).stream(request.messages.flatMap(toLangChainMessages), options),
      ),
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
