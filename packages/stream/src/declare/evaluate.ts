/** The same tasks with several models: what each answered, whether it was good, how long it took, what it used. */
import type { Model } from '../contract.ts'
import { defined } from '../defined.ts'
import { createDeclaration, type Declaration } from './declaration.ts'
import { map, type ParallelOptions } from './parallel.ts'
import type { Task } from './task.ts'
import type { TaskCall, TaskResult } from './task-result.ts'

/** A task, what it is called with, and what a good answer is. */
export interface TypedScenario<Input, Output> {
  name: string
  /** Declares the task of each model's declaration. */
  declare(gpt: Declaration<false>): Task<Input, Output, false>
  /** One call for each. */
  inputs: readonly Input[]
  /** Whether the answer is good; default: every answer that fits is. */
  isGood?(value: Output, input: Input): boolean | Promise<boolean>
}

/** A scenario, whatever its task takes and gives. */
export interface Scenario {
  name: string
  declare(gpt: Declaration<false>): (input: never, options: { signal: AbortSignal }) => unknown
  inputs: readonly unknown[]
  isGood?(value: never, input: never): boolean | Promise<boolean>
}

/**
 * A scenario whose inputs and answers are typed by its task.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { scenario } from '@streamseal/stream/declare'
 * const short = scenario({
 *   name: 'short',
 *   declare: gpt => gpt.task`Say ${'what'} in one word`,
 *   inputs: [{ what: 'hello' }],
 *   isGood: value => !value.includes(' '),
 * })
 * assert.equal(short.inputs.length, 1)
 * ```
 */
export function scenario<Input, Output>(typed: TypedScenario<Input, Output>): Scenario {
  return typed
}

/** One call. What is not known stays absent. */
export interface Evaluation {
  provider: string
  model: string
  scenario: string
  input: unknown
  isGood: boolean
  value?: unknown
  /** Why there is no value. */
  error?: unknown
  durationMs: number
  /** How often the model was asked. */
  attempts?: number
  inputTokens?: number
  outputTokens?: number
  costUsd?: number
}

/**
 * Calls every scenario with every model, at most `concurrency` at once (default 8). A call that fails is a row with its
 * error; only the caller's `signal` ends the whole, with `ABORTED`.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { evaluate, evaluationTable, scenario } from '@streamseal/stream/declare'
 * import { scriptedModel } from '@streamseal/stream/testing'
 * import { z } from 'zod'
 * const capital = scenario({
 *   name: 'capital',
 *   declare: gpt => gpt.task({ description: 'Name the capital', input: z.object({ country: z.string() }) }),
 *   inputs: [{ country: 'France' }],
 *   isGood: value => value === 'Paris',
 * })
 * const rows = await evaluate({ models: [scriptedModel('Paris'), scriptedModel('Rome')], scenarios: [capital] })
 * assert.deepEqual(rows.map(({ isGood }) => isGood), [true, false])
 * assert.match(evaluationTable(rows), /capital/)
 * ```
 */
export async function evaluate(
  { models, scenarios }: { models: readonly Model[]; scenarios: readonly Scenario[] },
  options: ParallelOptions = {},
): Promise<Evaluation[]> {
  const calls = models.flatMap(model =>
    scenarios.flatMap(each => each.inputs.map(input => ({ model, scenario: each, input }))),
  )
  return map(calls, (call, _, signal) => evaluateCall(call, signal), options)
}

interface Call {
  model: Model
  scenario: Scenario
  input: unknown
}

async function evaluateCall(
  { model, scenario: asked, input }: Call,
  signal: AbortSignal,
): Promise<Evaluation> {
  const begun = performance.now()
  const about = { provider: model.provider, model: model.modelId, scenario: asked.name, input }
  const durationMs = (): number => Math.round(performance.now() - begun)
  try {
    const task = asked.declare(createDeclaration(model, { stream: false }))
    const result = await (task(input as never, { signal }) as TaskCall<never>).result()
    const took = durationMs()
    const isGood = (await asked.isGood?.(result.value, input as never)) ?? true
    return { ...about, isGood, value: result.value, durationMs: took, ...figuresOf(result) }
  } catch (error) {
    signal.throwIfAborted()
    return { ...about, isGood: false, error, durationMs: durationMs() }
  }
}

function figuresOf({ attempts, usage, metrics }: TaskResult<unknown>): Partial<Evaluation> {
  const { inputTokens, outputTokens } = usage ?? {}
  return { attempts, ...defined({ inputTokens, outputTokens, costUsd: metrics.costUsd }) }
}

const heads = ['provider', 'model', 'scenario', 'good', 'ms', 'asked', 'tokens in', 'tokens out', 'output']

/**
 * The rows as a table in Markdown; outputs are cut after 60 characters.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { evaluationTable } from '@streamseal/stream/declare'
 *
 * const row = { provider: 'demo', model: 'demo', scenario: 'greets', input: {}, isGood: true, durationMs: 12 }
 * assert.match(evaluationTable([row]), /\| demo \| demo \| greets \|/)
 * ```
 */
export function evaluationTable(rows: readonly Evaluation[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map(cellsOf)]
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function cellsOf(row: Evaluation): string[] {
  const { provider, model, scenario: name, isGood, durationMs, attempts, inputTokens, outputTokens } = row
  const numbers = [durationMs, attempts, inputTokens, outputTokens].map(number => String(number ?? ''))
  return [provider, model, name, isGood ? 'yes' : 'no', ...numbers, outputOf(row)].map(cellText)
}

function outputOf({ value, error }: Evaluation): string {
  if (error !== undefined) return error instanceof Error ? error.message : String(error)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}

function cellText(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
