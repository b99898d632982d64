/** Tools that a model may call on its way to an answer: declared with a schema, run by us, their results given back. */
import type { ContentPart, Message, RunResult, Tool, ToolCallPart } from '../contract.ts'
import { DeclareError, issuesLine } from './declare-error.ts'
import { map } from './parallel.ts'
import { valueText } from './prompt-template.ts'
import { check, type JsonSchema, jsonSchemaOf, type Schema } from './schema.ts'
import { runTool } from './tool-run.ts'

/** One tool. */
export interface DeclaredTool<Input = unknown, Parsed = Input> {
  /** When and how the model should use it. */
  description: string
  /** What it is called with; input that does not fit goes back to the model with its faults named. */
  input: Schema<Input, Parsed>
  /** The input as JSON Schema (draft 7), for schema libraries that do not convert. */
  jsonSchema?: JsonSchema
  /** How long it may take, in milliseconds; then its signal fires, and the model is told. Default 60,000. */
  timeoutMs?: number
  /** Does it. What it returns goes to the model, as it is if it is a string, else as JSON; what it throws goes there as an error's message. */
  run(input: Parsed, options: { signal: AbortSignal }): unknown
}

/** Tools by name, whatever each takes. */
export type DeclaredTools = Readonly<
  Record<string, Omit<DeclaredTool, 'run'> & { run(input: never, options: { signal: AbortSignal }): unknown }>
>

/**
 * A tool whose `run` is typed by its schema.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { tool } from '@streamseal/stream/declare'
 * import { z } from 'zod'
 * const double = tool({ description: 'Doubles a number', input: z.object({ n: z.number() }), run: ({ n }) => n * 2 })
 * assert.equal(double.run({ n: 2 }, { signal: AbortSignal.timeout(1000) }), 4)
 * ```
 */
export function tool<Input, Parsed>(declared: DeclaredTool<Input, Parsed>): DeclaredTool<Input, Parsed> {
  return declared
}

/** The tools of one call. */
export interface ToolBox {
  tools: Tool[]
  /** Whether the model wants a tool before it answers. */
  isAskedBy(result: RunResult): boolean
  /** Runs what was asked for; returns the model's message and the results'. Throws `TOO_MANY_STEPS`. */
  answer(result: RunResult, signal: AbortSignal): Promise<Message[]>
}

/** Tools of one call run at the same time at most. */
const concurrency = 8
const defaultTimeoutMs = 60_000

/** A box for one call; after `maxSteps` answers it throws. */
export function createToolBox(declared: DeclaredTools, maxSteps: number): ToolBox {
  let steps = 0
  return {
    tools: Object.entries(declared).map(([name, each]) => toTool(name, each as DeclaredTool)),
    isAskedBy: result => result.finishReason !== 'length' && wholeCalls(result).length > 0,
    answer: async (result, signal) => {
      steps += 1
      if (steps > maxSteps) {
        throw new DeclareError(`The model asked for tools ${steps} times and gave no answer (maxSteps)`, {
          code: 'TOO_MANY_STEPS',
          text: result.text,
        })
      }
      const outputs = await map(wholeCalls(result), call => answerTool(declared, call, signal), {
        concurrency,
        signal,
      })
      return [asked(result), { role: 'tool', content: outputs }]
    },
  }
}

/** Of the first answer; a call that broke off is not run. */
function wholeCalls({ toolCalls }: RunResult): ToolCallPart[] {
  return toolCalls.filter(({ incomplete, choice }) => incomplete === undefined && choice === undefined)
}

function toTool(name: string, { description, input, jsonSchema }: DeclaredTool): Tool {
  const schema = jsonSchema ?? jsonSchemaOf(input, 'input')
  if (schema !== undefined) return { name, description, inputSchema: { ...schema } }
  throw new DeclareError(
    `Cannot declare the tool "${name}": its schema has no JSON Schema, give one as jsonSchema`,
    {
      code: 'SCHEMA_UNSUPPORTED',
    },
  )
}

/** The model's own message, with what its provider signed: some take no result without it. */
function asked(result: RunResult): Message {
  const { message, text } = result
  if (message !== undefined && typeof message.content !== 'string') {
    return { role: 'assistant', content: message.content.map(toSendable) }
  }
  const said: ContentPart[] = text === '' ? [] : [{ type: 'text', text }]
  const calls = wholeCalls(result).map(
    ({ id, toolName, input }): ContentPart => ({ type: 'tool-call', toolCallId: id, toolName, input }),
  )
  return { role: 'assistant', content: [...said, ...calls.map(toSendable)] }
}

/** Providers refuse a call whose input is no object, for as long as it stands in the history; its result tells what it was. */
function toSendable(part: ContentPart): ContentPart {
  return part.type === 'tool-call' && !isObject(part.input) ? { ...part, input: '{}' } : part
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

async function answerTool(
  declared: DeclaredTools,
  call: ToolCallPart,
  signal: AbortSignal,
): Promise<ContentPart> {
  const { id: toolCallId, toolName } = call
  const told = { type: 'tool-result', toolCallId, toolName } as const
  try {
    return { ...told, output: valueText((await callTool(declared, call, signal)) ?? null) }
  } catch (error) {
    // A stopped call ends here; every other failure is the model's to know.
    signal.throwIfAborted()
    return { ...told, output: error instanceof Error ? error.message : String(error), isError: true }
  }
}

async function callTool(
  declared: DeclaredTools,
  { toolName, input }: ToolCallPart,
  signal: AbortSignal,
): Promise<unknown> {
  const known = Object.hasOwn(declared, toolName) ? (declared[toolName] as DeclaredTool) : undefined
  if (known === undefined) {
    throw new DeclareError(`There is no tool "${toolName}"; there are ${Object.keys(declared).join(', ')}`, {
      code: 'TOOL_FAILED',
    })
  }
  const checked = await check(known.input, JSON.parse(input || '{}'))
  if ('value' in checked) {
    const { timeoutMs = defaultTimeoutMs } = known
    const run = async (own: AbortSignal): Promise<unknown> => known.run(checked.value, { signal: own })
    return runTool(run, { toolName, signal, timeoutMs })
  }
  throw new DeclareError(`The input does not fit: ${issuesLine(checked.issues)}`, {
    code: 'TOOL_FAILED',
    issues: checked.issues,
  })
}
