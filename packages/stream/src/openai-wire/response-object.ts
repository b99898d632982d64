/** The object of OpenAI's Responses API: what its items are, and what a response begins as. */

import type { ResponseUsage } from './response-usage.ts'
import type { StreamsealField } from './streamseal-field.ts'

/** What a text cites. */
export interface UrlCitation {
  type: 'url_citation'
  url: string
  title: string
  start_index: number
  end_index: number
}

/** A piece of a message. */
export type ResponseContent =
  | { type: 'output_text'; text: string; annotations: UrlCitation[]; logprobs: unknown[] }
  | { type: 'refusal'; refusal: string }

/** How far an item has come. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An item of a response's output. */
export type ResponseItem =
  | { id: string; type: 'message'; status: ItemStatus; role: 'assistant'; content: ResponseContent[] }
  | { id: string; type: 'reasoning'; status: ItemStatus; summary: { type: 'summary_text'; text: string }[] }
  | {
      id: string
      type: 'function_call'
      status: ItemStatus
      call_id: string
      name: string
      arguments: string
    }

/** A response, whole or under way. */
export interface OpenAIResponse {
  id: string
  object: 'response'
  created_at: number
  status: 'in_progress' | 'completed' | 'incomplete' | 'cancelled' | 'failed'
  error: { code: string; message: string } | null
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null
  instructions: null
  max_output_tokens: null
  metadata: Record<string, string>
  model: string
  output: ResponseItem[]
  parallel_tool_calls: boolean
  previous_response_id: null
  reasoning: { effort: null; summary: null }
  store: false
  temperature: null
  text: { format: { type: 'text' } }
  tool_choice: 'auto'
  tools: []
  top_p: null
  truncation: 'disabled'
  usage: ResponseUsage | null
  streamseal?: StreamsealField
}

/** A response of which nothing has come yet. What was asked for is not repeated: those fields are as if it had not been asked. */
export function newResponse(id: string, model: string, created_at: number): OpenAIResponse {
  return {
    id,
    object: 'response',
    created_at,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: null,
  }
}
