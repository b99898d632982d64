/** The innermost of a call: asks, reads the answer, and asks again with the faults named while the answer does not fit. */
import type { Message, Model, RunResult } from '../contract.ts'
import { defined } from '../defined.ts'
import type { GenerateOptions } from '../generate.ts'
import type { ChatChunk } from '../openai-wire/chunks.ts'
import { type Answer, ask } from './ask.ts'
import { DeclareError, type DeclareIssue, issuesLine } from './declare-error.ts'
import type { CallContext } from './middleware.ts'
import type { OutputPlan } from './output-plan.ts'
import type { LlmResponse, TaskChunk, TaskResult } from './task-result.ts'
import type { ToolBox } from './tool-box.ts'

/** What a call is answered with. */
export interface CallPlan {
  model: Model
  output: OutputPlan
  maxRetries: number
  /** What the model may call on its way to the answer. */
  tools?: ToolBox | undefined
  /** Everything else that `generate` is told: seal, time-outs, tools. */
  options: Omit<GenerateOptions, 'messages' | 'prompt' | 'signal'>
  emit: (chunk: TaskChunk<unknown>) => Promise<void>
  /** Told of calls of tools with their results, as soon as these are there. */
  settle: (messages: Message[]) => void
}

/** Rejects with a `StreamError`, or with a `DeclareError` where no answer fits. */
export async function answerCall(context: CallContext, plan: CallPlan): Promise<TaskResult<unknown>> {
  const added: Message[] = []
  let faults: Message[] = []
  let retries = 0
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askOnce(context, [...context.messages, ...added, ...faults], plan, attempt)
    const { result } = answer
    if (plan.tools?.isAskedBy(result)) {
      const settled = await plan.tools.answer(result, context.signal)
      added.push(...settled)
      plan.settle(settled)
      continue
    }
    const read = await readAnswer(result, plan.output)
    if ('value' in read) return toResult(read.value, answer, attempt, [...added, assistantSays(result.text)])
    retries += 1
    if (retries > plan.maxRetries) throw invalid(context.name, result.text, read.issues, retries)
    faults = [...faults, ...feedback(result.text, read.issues)]
  }
}

const assistantSays = (content: string): Message => ({ role: 'assistant', content })

function askOnce(
  context: CallContext,
  messages: Message[],
  plan: CallPlan,
  attempt: number,
): Promise<Answer> {
  const { responseFormat } = plan.output
  const request: GenerateOptions = {
    ...plan.options,
    ...context.llmParams,
    messages,
    signal: context.signal,
    metadata: context.metadata,
    ...defined({ responseFormat, tools: plan.tools?.tools }),
  }
  return ask({ model: plan.model, request, output: plan.output, attempt, emit: plan.emit })
}

async function readAnswer(result: RunResult, output: OutputPlan): ReturnType<OutputPlan['read']> {
  if (!output.isStructured) return output.read(result.text)
  if (result.refusal !== undefined || result.finishReason === 'content-filter') {
    throw new DeclareError(
      `The model declined to answer: ${result.refusal ?? result.rawFinishReason ?? 'filtered'}`,
      {
        code: 'OUTPUT_REFUSED',
        text: result.text,
      },
    )
  }
  // Half a structure must not be mended into a whole one.
  if (result.finishReason === 'length') {
    throw new DeclareError(
      'The model stopped at its limit inside a structured answer: raise maxOutputTokens',
      {
        code: 'OUTPUT_TRUNCATED',
        text: result.text,
      },
    )
  }
  return output.read(result.text)
}

function feedback(text: string, issues: readonly DeclareIssue[]): Message[] {
  const asked = `Your answer does not fit: ${issuesLine(issues)}. Answer again, whole, in the form that was asked for.`
  // Providers refuse an empty message.
  const answered = text === '' ? [] : [assistantSays(text)]
  return [...answered, { role: 'user', content: asked }]
}

function invalid(name: string, text: string, issues: DeclareIssue[], attempts: number): DeclareError {
  const times = attempts === 1 ? 'once' : `${attempts} times`
  return new DeclareError(`"${name}" was answered ${times}, and no answer fits: ${issuesLine(issues)}`, {
    code: 'OUTPUT_INVALID',
    issues,
    text,
  })
}

function toResult(
  value: unknown,
  { result, raw }: Answer,
  attempts: number,
  messages: Message[],
): TaskResult<unknown> {
  const { text, finishReason, toolCalls, metrics, usage, seal } = result
  const told = { value, text, finishReason, toolCalls, metrics, attempts, messages }
  return { ...told, llmResponse: toResponse(result, raw), ...defined({ usage, seal }) }
}

function toResponse({ text, model, provider, usage }: RunResult, raw: ChatChunk | undefined): LlmResponse {
  const { inputTokens, outputTokens } = usage ?? {}
  const totalTokens =
    inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens
  return {
    response: text,
    role: 'assistant',
    model,
    provider,
    ...defined({ promptTokens: inputTokens, completionTokens: outputTokens, totalTokens, raw }),
  }
}
