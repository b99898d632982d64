/** Asks a model once and shows the answer chunk by chunk. */
import type { Model, RunResult } from '../contract.ts'
import { type GenerateOptions, generate } from '../generate.ts'
import type { ChatChunk } from '../openai-wire/chunks.ts'
import { StreamError } from '../stream-error.ts'
import { AnswerReader } from './answer-reader.ts'
import type { OutputPlan } from './output-plan.ts'
import type { TaskChunk } from './task-result.ts'

/** What is asked, and who is shown the chunks. */
export interface Question {
  model: Model
  request: GenerateOptions
  output: OutputPlan
  attempt: number
  emit: (chunk: TaskChunk<unknown>) => Promise<void>
}

/** An answer, with the provider's last chunk. */
export interface Answer {
  result: RunResult
  raw: ChatChunk | undefined
}

/** Rejects with the run's `StreamError`; one that was stopped rejects with `ABORTED`, its `partial` set. Where `emit` fails, the model is stopped. */
export async function ask({ model, request, output, attempt, emit }: Question): Promise<Answer> {
  const run = generate(model, request)
  const reader = new AnswerReader(run.id, output, attempt)
  try {
    for await (const part of run.parts) {
      if (part.type === 'error') break
      for (const chunk of reader.take(part)) await emit(chunk)
    }
  } catch (error) {
    run.cancel()
    throw error
  }
  const result = await run.result()
  if (result.finishReason !== 'aborted') return { result, raw: reader.raw }
  throw new StreamError('The call was stopped', { code: 'ABORTED', partial: result })
}
