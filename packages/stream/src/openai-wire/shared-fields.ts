/** Fields that both of OpenAI's request bodies have. */
import type { ModelRequest } from '../contract.ts'

const efforts: readonly unknown[] = ['none', 'minimal', 'low', 'medium', 'high']

/** The effort, where it is one that we know. */
export function effortOf(value: unknown): ModelRequest['reasoningEffort'] {
  return efforts.includes(value) ? (value as ModelRequest['reasoningEffort']) : undefined
}

/** What a file's data URL says it is; a PDF where it says nothing. */
export function mediaTypeOf(data: string): string {
  return /^data:([^;,]+)/.exec(data)?.[1] ?? 'application/pdf'
}
