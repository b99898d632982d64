/** The seal as a middleware of the AI SDK: `wrapLanguageModel({ model, middleware: sealMiddleware({ signer }) })`. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4Message,
  LanguageModelV4Middleware,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import { seal, strip } from '@streamseal/seal'
import type { SealPart } from '../contract.ts'
import { defined } from '../defined.ts'
import { createRunSeal, type RunSeal, type SealOptions } from '../run/run-seal.ts'
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
      const ending = result.finishReason.unified === 'length' ? 'length-limited' : 'complete'
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

function withoutMarks(message: LanguageModelV4Message): LanguageModelV4Message {
  if (message.role === 'system') return { ...message, content: strip(message.content) }
  const content = message.content.map(part =>
    part.type === 'text' ? { ...part, text: strip(part.text) } : part,
  )
  return { ...message, content } as LanguageModelV4Message
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
        controller.enqueue(part)
        return
      }
      await runSeal.close(part.finishReason.unified === 'length' ? 'length-limited' : 'complete')
      controller.enqueue(withSeal(part, sealed))
    },
  })
}

function withSeal(finish: Finish, sealed: SealPart | undefined): Finish {
  if (sealed === undefined) return finish
  const streamseal = { streamId: sealed.streamId, ...defined({ detached: sealed.detached }) }
  return { ...finish, providerMetadata: { ...finish.providerMetadata, streamseal } }
}
