/** How a response of OpenAI's Responses API ends, and which of its items wait for the client. */
import { isRecord, type NamedEvent } from './named-event.ts'

const lastEvents: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
])

/** Why the response ended, in the provider's word, where `event` is its last. */
export function responseEnding({ type, value }: NamedEvent): string | undefined {
  return lastEvents.has(type) ? statusOf(value.response, type.slice('response.'.length)) : undefined
}

/** The word for a response's end: the reason where it is incomplete, else its status. */
export function statusOf(response: unknown, fallback = 'completed'): string {
  if (!isRecord(response)) return fallback
  const { status, incomplete_details: details } = response
  if (isRecord(details) && typeof details.reason === 'string') return details.reason
  return typeof status === 'string' ? status : fallback
}

const clientCalls: ReadonlySet<unknown> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_approval_request',
])

/** Whether an item is a call that the client is to answer, after which the model says no more. */
export function isClientCall(type: unknown): boolean {
  return clientCalls.has(type)
}
