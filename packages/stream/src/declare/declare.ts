/** Where declarations begin: a provider's model, or any model. */
import { type AzureOpenAIOptions, azureOpenAI } from '../azure-openai.ts'
import type { Model } from '../contract.ts'
import { type OpenAIOptions, openai } from '../openai.ts'
import { createDeclaration, type Declaration, type DeclarationOptions } from './declaration.ts'
import type { FirstFlag } from './task.ts'

/** A declaration's options with a model by name. */
export type WithModel<Provider, Streaming extends boolean | undefined> = DeclarationOptions<Streaming> &
  Provider & { model: string }

/**
 * Declares what you want, and returns typed functions whose answers a model writes and streams.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { demo } from '@streamseal/stream/demo'
 * import { declare } from '@streamseal/stream/declare'
 * const gpt = declare.with(demo({ text: 'Avengers is a film', tokensPerSecond: Infinity }))
 * const say = gpt.task({ description: 'Say something short about the following movie', streaming: true })
 * const seen: string[] = []
 * for await (const chunk of say({ movie: 'Avengers' })) seen.push(chunk.response)
 * assert.equal(seen.at(-1), 'Avengers is a film')
 * ```
 */
export const declare: {
  /** OpenAI's model of that name; `OPENAI_API_KEY` is read from the environment unless `apiKey` is given. */
  openai<Streaming extends boolean | undefined = undefined>(
    options: WithModel<OpenAIOptions, Streaming>,
  ): Declaration<FirstFlag<Streaming, false>>
  /** The deployment of that name on Azure. */
  azureOpenAI<Streaming extends boolean | undefined = undefined>(
    options: WithModel<AzureOpenAIOptions, Streaming>,
  ): Declaration<FirstFlag<Streaming, false>>
  /** Any model. */
  with<Streaming extends boolean | undefined = undefined>(
    model: Model,
    options?: DeclarationOptions<Streaming>,
  ): Declaration<FirstFlag<Streaming, false>>
} = {
  openai: ({ model, ...options }) => createDeclaration(openai(checkedModel(model), options), options),
  azureOpenAI: ({ model, ...options }) =>
    createDeclaration(azureOpenAI(checkedModel(model), options), options),
  with: (model, options = {}) => createDeclaration(model, options),
}

function checkedModel(model: unknown): string {
  if (typeof model === 'string' && model !== '') return model
  throw new TypeError(`Cannot declare: \`model\` must be a model's name, and is ${JSON.stringify(model)}`)
}
