/** What anything of LangChain's streams, as parts. */
import { abortOf } from '../abort-of.ts'
import { toStreamError } from '../ai-sdk/error.ts'
import type { ModelPart, ModelRequest } from '../contract.ts'
import { type LangChainChunk, LangChainDecoder } from './decoder.ts'

/** Asks; the signal is the request's. */
export type OpenStream = (options: { signal?: AbortSignal }) => Promise<AsyncIterable<LangChainChunk>>

/** Streams parts until LangChain's iteration ends, fails or is stopped. */
export async function* streamParts(
  modelId: string,
  { signal }: ModelRequest,
  open: OpenStream,
): AsyncGenerator<ModelPart> {
  const ready: ModelPart[] = []
  let decoder: LangChainDecoder | undefined
  try {
    signal?.throwIfAborted()
    decoder = new LangChainDecoder(part => ready.push(part), 'langchain', modelId)
    for await (const chunk of await open(signal === undefined ? {} : { signal })) {
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
    throw signal?.aborted ? abortOf(signal) : toStreamError(error, 'langchain')
  }
}

/** The name that a model or a runnable goes by. */
export function nameOf(runnable: object): string {
  const { model, modelName, getName } = runnable as {
    model?: unknown
    modelName?: unknown
    getName?: unknown
  }
  const named = [model, modelName].find(name => typeof name === 'string' && name !== '')
  if (typeof named === 'string') return named
  return typeof getName === 'function' ? String(getName.call(runnable)) : 'langchain'
}
