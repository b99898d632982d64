/** The seal as a middleware of the AI SDK: `wrapLanguageModel({ model, middleware: sealMiddleware({ signer }) })`. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4Message,
  LanguageModelV4Middleware,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import { type Ending, seal, strip } from '@streamseal/seal'
import type { SealPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { createRunSeal, type RunSeal, type SealOptions } from '../run/run-seal.ts'
import { sealEnding } from '../run/seal-ending.ts'
import { newStreamId } from '../stream-id.ts'

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>

/**
 * Seals what a model of the AI SDK says, streamed or not, and takes our marks out of what it is sent. The stream's id and
 * the closing that is kept beside the text are in `providerMetadata.streamseal`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createSigner, generateKeys } from '@streamseal/seal'
 * import { sealMiddleware } from '@streamseal/stream/ai-sdk'
 * const { privateJwk } = await generateKeys('Ed25519')
 * const middleware = sealMiddleware({ signer: await createSigner(privateJwk) })
 * assert.equal(middleware.specificationVersion, 'v4')
 * ```
 */
export function sealMiddleware(options: SealOptions): LanguageModelV4Middleware {
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => ({ ...params, prompt: params.prompt.map(withoutMarks) }),
    async wrapStream({ doStream, model, params }) {
      const result = await doStream()
      const names = { provider: model.provider, model: model.modelId }
      return { ...result, stream: result.stream.pipeThrough(sealStream(chosen(options, params), names)) }
    },
    async wrapGenerate({ doGenerate, model, params }) {
      const result = await doGenerate()
      const text = result.content.map(part => (part.type === 'text' ? part.text : '')).join('')
      const claims = {
        provider: model.provider,
        model: result.response?.modelId ?? model.modelId,
        ...options.claims,
      }
      const streamId = newStreamId()
      const ending = endingOf(result.finishReason)
      const sealed = await seal(text, { ...chosen(options, params), claims, streamId, ending })
      const providerMetadata = {
        ...result.providerMetadata,
        streamseal: { streamId, ...defined({ detached: sealed.detached }) },
      }
      return { ...result, content: joined(result.content, sealed.text), providerMetadata }
    },
  }
}

function chosen(options: SealOptions, params: LanguageModelV4CallOptions): SealOptions {
  return params.responseFormat?.type === 'json' ? { format: 'json', ...options } : options
}

function endingOf({ unified, raw }: Finish['finishReason']): Ending {
  // Providers of the AI SDK finish so where the stream was cut and nobody said why.
  if (unified === 'interrupted' || (unified === 'other' && raw === undefined)) return 'failed'
  return sealEnding(unified)
}

function withoutMarks(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role === 'system') return { ...message, content: strip(message.content) }
  return { ...message, content: message.content.map(partWithoutMarks) } as LanguageModelV4Message
}

type PromptPart = Exclude<LanguageModelV4Message['content'], string>[number]

// Reasoning stays: its provider signed it as it is.
function partWithoutMarks(part: PromptPart): PromptPart {
  if (part.type === 'text') return { ...part, text: strip(part.text) }
  if (part.type === 'tool-call') return { ...part, input: deeplyStripped(part.input) }
  if (part.type === 'tool-result')
    return { ...part, output: deeplyStripped(part.output) as typeof part.output }
  return part
}

/** Every text in a value that came from JSON; bytes and addresses stay what they are. */
function deeplyStripped(value: unknown): unknown {
  if (typeof value === 'string') return strip(value)
  if (Array.isArray(value)) return value.map(deeplyStripped)
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, deeplyStripped(inner)]))
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** One seal covers all texts of the answer, so they become one, where the first of them stood. */
function joined(content: readonly LanguageModelV4Content[], text: string): LanguageModelV4Content[] {
  const first = content.find(part => part.type === 'text')
  return content.flatMap((part): LanguageModelV4Content[] => {
    if (part.type !== 'text') return [part]
    return part === first ? [{ ...part, text }] : []
  })
}

function sealStream(
  options: SealOptions,
  names: { provider: string; model: string },
): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
  let sealed: SealPart | undefined
  let runSeal: RunSeal
  let failed = false
  return new TransformStream({
    start(controller) {
      runSeal = createRunSeal(
        options,
        part => {
          if (part.type === 'seal') sealed = part
          else if (part.type === 'text-start' || part.type === 'text-end')
            controller.enqueue({ type: part.type, id: part.id })
          else if (part.type === 'text-delta') controller.enqueue(part)
        },
        newStreamId,
      )
      runSeal.take({ type: 'start', ...names })
    },
    async transform(part, controller) {
      if (part.type === 'text-start' || part.type === 'text-delta' || part.type === 'text-end') {
        runSeal.take(part)
        return
      }
      if (part.type !== 'finish') {
        failed ||= part.type === 'error'
        controller.enqueue(part)
        return
      }
      await runSeal.close(failed ? 'failed' : endingOf(part.finishReason))
      controller.enqueue(withSeal(part, sealed))
    },
  })
}

function withSeal(finish: Finish, sealed: SealPart | undefined): Finish {
  if (sealed === undefined) return finish
  const streamseal = { streamId: sealed.streamId, ...defined({ detached: sealed.detached }) }
  return { ...finish, providerMetadata: { ...finish.providerMetadata, streamseal } }
}
