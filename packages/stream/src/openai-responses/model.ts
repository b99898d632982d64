/** A model over OpenAI's Responses API. */
import { httpModel } from '../bytes-to-parts.ts'
import type { Model } from '../contract.ts'
import { createResponsesDecoder } from './decoder.ts'
import { responsesRequest } from './request.ts'

/** Where the API is. */
export interface ResponsesModelOptions {
  provider: string
  /** The whole address, query included. */
  url: string
  headers: Record<string, string>
  fetch?: typeof globalThis.fetch | undefined
  maxEventChars?: number | undefined
}

/** Makes the model. */
export function responsesModel(modelId: string, options: ResponsesModelOptions): Model {
  const { provider, url, headers, fetch, maxEventChars } = options
  return httpModel({
    provider,
    modelId,
    maxEventChars,
    request: request => ({
      url,
      headers: { ...headers, ...request.headers },
      body: responsesRequest(modelId, request),
      fetch,
    }),
    decoder: createResponsesDecoder,
  })
}
