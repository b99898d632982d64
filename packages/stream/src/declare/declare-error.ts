/** What declared tasks and chats throw besides a `StreamError`: input or output that its schema does not allow. */

/** Every code that a `DeclareError` can carry. */
export type DeclareErrorCode =
  /** What the task was called with does not fit its input schema. Nothing was asked. */
  | 'INPUT_INVALID'
  /** The model's answer does not fit the output schema, after all retries. */
  | 'OUTPUT_INVALID'
  /** The model stopped at its limit in the middle of a structured answer: raise `maxOutputTokens`. */
  | 'OUTPUT_TRUNCATED'
  /** The model, or its provider's filter, declined to answer. */
  | 'OUTPUT_REFUSED'
  /** The schema's library gives no JSON Schema; give one as `jsonSchema`. */
  | 'SCHEMA_UNSUPPORTED'
  /** A tool that the model called failed, or is not known. */
  | 'TOOL_FAILED'
  /** A chat called tools more often than it may. */
  | 'TOO_MANY_STEPS'
  /** A message that is not one: its role or its content is not known. */
  | 'MESSAGE_INVALID'

/** One thing that does not fit. */
export interface DeclareIssue {
  message: string
  /** Names and indexes from the outermost value inwards. */
  path: string[]
}

/**
 * Input or output that does not fit; `issues` says where.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { declare, DeclareError } from '@streamseal/stream/declare'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * import { z } from 'zod'
 * const age = declare.with(scriptedModel('{"years": "many"}')).task({
 *   description: 'How old is the castle?',
 *   output: z.object({ years: z.number() }),
 *   maxRetries: 0,
 * })
 * await assert.rejects(age(), error => error instanceof DeclareError && error.issues[0]?.path[0] === 'years')
 * ```
 */
export class DeclareError extends Error {
  readonly code: DeclareErrorCode
  readonly issues: readonly DeclareIssue[]
  /** The model's last answer, where there was one. */
  readonly text: string | undefined

  constructor(
    message: string,
    options: { code: DeclareErrorCode; issues?: readonly DeclareIssue[]; text?: string; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'DeclareError'
    this.code = options.code
    this.issues = options.issues ?? []
    this.text = options.text
  }
}

/** The issues as one line: `years: expected number`. */
export function issuesLine(issues: readonly DeclareIssue[]): string {
  return issues.map(({ message, path }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ')
}
