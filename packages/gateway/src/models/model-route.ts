/** Where a model is: behind a provider that speaks OpenAI's dialect, or any other `Model`. */
import type { Model } from '@streamseal/stream'

/** A server that speaks OpenAI's dialect. */
export interface OpenAIUpstream {
  readonly provider: string
  /** Ends in `/v1`, as the SDK has it. */
  readonly baseUrl: string
  /** Without it the client's own `Authorization` goes through. */
  readonly apiKey?: string
  /** Whether it has the Responses API: `auto` asks it. */
  readonly responses: ResponsesSetting
}

/** How `/v1/responses` reaches a server of OpenAI's dialect: as it is, as chat completions, or as the server's own answer says. */
export type ResponsesSetting = 'auto' | 'native' | 'chat'

/** A server that speaks Anthropic's dialect. */
export interface AnthropicUpstream {
  readonly provider: string
  /** Without `/v1`, as the SDK has it. */
  readonly baseUrl: string
  /** Without it the client's own `x-api-key` goes through. */
  readonly apiKey?: string
}

/** The way to one model. */
export interface ModelRoute {
  readonly provider: string
  /** The name that the provider knows. */
  readonly model: string
  /** Set where requests and answers can pass in OpenAI's dialect as they are. */
  readonly upstream?: OpenAIUpstream
  /** Set where requests and answers can pass in Anthropic's dialect as they are. */
  readonly anthropic?: AnthropicUpstream
  /** The same model for `generate`; `authorization` is the client's own header, for an upstream without a key. */
  toModel(authorization?: string): Model
}

/** One line of `GET /v1/models`. */
export interface ModelEntry {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

/** One place that models come from. */
export interface ModelSource {
  readonly provider: string
  /** What the start-up lines say of it. */
  readonly description: string
  /** Which names it serves, in words, for who asked for another. */
  readonly serves: string
  /** The server behind it, where it speaks OpenAI's dialect. */
  readonly upstream?: OpenAIUpstream
  /** The way to `name`, or `undefined` where this source does not serve it. */
  find(name: string): ModelRoute | undefined
  /** What it lists; rejects where it cannot be asked. */
  list(authorization?: string): Promise<readonly ModelEntry[]>
}
