/** A declared task: a typed function whose answer a model writes. */
import type { Message, Model } from '../contract.ts'
import type { SealOptions, Timeouts } from '../generate.ts'
import { type CompiledPrompt, compilePrompt } from './compile-prompt.ts'
import { DeclareError, issuesLine } from './declare-error.ts'
import { type LlmParams, mergeParams } from './llm-params.ts'
import type { Middleware } from './middleware.ts'
import { type OutputPlan, planOutput } from './output-plan.ts'
import { type PromptFunction, prompt, type TemplateInput } from './prompt-template.ts'
import { check, type JsonSchema, jsonSchemaOf, type Schema } from './schema.ts'
import { StartedCall } from './start-call.ts'
import type { LlmResponse, TaskCall, TaskStream } from './task-result.ts'

/** What a declaration, a task and a call have in common; the call wins over the task, and the task over the declaration. */
export interface CallSettings<Streaming extends boolean | undefined> {
  /** Whether the answer comes as a stream of chunks; default false. Its type decides what a call returns. */
  streaming?: Streaming
  /** Merged key by key. */
  llmParams?: LlmParams
  timeouts?: Timeouts
  /** Seals the text; a structured answer is sealed beside it. `false` leaves a seal of the declaration out. */
  seal?: SealOptions | false
}

/** What a task is declared with, besides its input. */
export interface TaskSettings<Output, Streaming extends boolean | undefined> extends CallSettings<Streaming> {
  /** Names the task in errors and to middleware; default `task`. */
  name?: string
  /** What the answer must be: a Zod, Valibot or ArkType schema; without one it is text. */
  output?: Schema<unknown, Output>
  /** The output as JSON Schema (draft 7), for schema libraries that do not convert. */
  jsonSchema?: JsonSchema
  /** What the answer is, in words. */
  returns?: string
  /** The key around an answer that is no object; default `result`. */
  returnName?: string
  /** Whether the model is told the schema in words too; default true. Leave it out only where the provider enforces schemas. */
  describeOutput?: boolean
  /** The longest answer that is mended where it is not quite JSON, in characters (mending takes about a second for a million); default 256 Ki. A longer one is asked for again. */
  maxRepairChars?: number
  /** How often an answer that does not fit is asked for again, its faults named; default 2. */
  maxRetries?: number
  /** Wraps each call, after the declaration's own. */
  middleware?: readonly Middleware[]
}

/** A task with an input schema. */
export interface TaskWithInput<Input, Parsed, Output, Streaming extends boolean | undefined>
  extends TaskSettings<Output, Streaming> {
  /** What the task is called with; its descriptions are shown to the model. */
  input: Schema<Input, Parsed>
  /** What is to be done; the inputs are listed below it. Give this or `prompt`. */
  description?: string
  /** The whole prompt, made of the input. */
  prompt?: PromptFunction<Parsed>
}

/** A task whose input is what its prompt takes, or anything. */
export interface TaskWithoutInput<Input, Output, Streaming extends boolean | undefined>
  extends TaskSettings<Output, Streaming> {
  input?: undefined
  description?: string
  prompt?: PromptFunction<Input>
}

/** What one call may say. */
export interface CallOptions<Streaming extends boolean | undefined> extends CallSettings<Streaming> {
  signal?: AbortSignal
  /** The caller's own, shown to middleware and kept on the run. */
  metadata?: Record<string, unknown>
}

/** Any named values: the input of a task that declares none. */
export type Inputs = Readonly<Record<string, unknown>>

type MayBeLeftOut<Input> = Inputs extends Input ? true : undefined extends Input ? true : false

/** The arguments of a call: its input, unless there is none, and its options. */
export type CallArguments<Input, Streaming extends boolean | undefined> =
  MayBeLeftOut<Input> extends true
    ? [input?: Input, options?: CallOptions<Streaming>]
    : [input: Input, options?: CallOptions<Streaming>]

/** What a call returns: a stream where it streams, a promise where it does not. */
export type CallResult<Output, Streaming extends boolean> = Streaming extends true
  ? TaskStream<Output>
  : TaskCall<Output>

/** The flag that counts: the call's, else the task's or chat's, else the declaration's. */
export type FirstFlag<First extends boolean | undefined, Second extends boolean> = First extends boolean
  ? First
  : Second

/** A call that was prepared and can be looked at before it is made; calling it makes it. */
export interface TaskPlan<Input, Output, Streaming extends boolean> {
  (): CallResult<Output, Streaming>
  readonly input: Input
  /** The user's message, its input filled in. */
  populatedPrompt(): Promise<string>
  compile(): Promise<CompiledPrompt>
}

/** A declared task. */
export interface Task<Input, Output, Streaming extends boolean> {
  <Flag extends boolean | undefined = undefined>(
    ...given: CallArguments<Input, Flag>
  ): CallResult<Output, FirstFlag<Flag, Streaming>>
  /** The call with its input, not yet made. */
  plan<Flag extends boolean | undefined = undefined>(
    ...given: CallArguments<Input, Flag>
  ): TaskPlan<Input, Output, FirstFlag<Flag, Streaming>>
  /** The messages that a model would be asked with; rejects with `INPUT_INVALID`. */
  compile(...given: CallArguments<Input, undefined>): Promise<CompiledPrompt>
  readonly taskName: string
  /** The last whole answer of any call, `undefined` until one is done. Calls that run side by side have their own in `result()`. */
  readonly llmResponse: LlmResponse | undefined
  /** The stream of the last streaming call. */
  readonly llmStreamResponse: TaskStream<Output> | undefined
}

/** What a task takes over from its declaration. */
export interface TaskDefaults {
  model: Model
  streaming: boolean
  llmParams: LlmParams | undefined
  timeouts: Timeouts | undefined
  seal: SealOptions | undefined
  middleware: readonly Middleware[]
}

type AnyOptions = TaskSettings<unknown, boolean | undefined> & {
  input?: Schema | undefined
  description?: string
  prompt?: PromptFunction<never>
}

/** Makes a task; throws `TypeError` where it has neither a description nor a prompt. */
export function createTask(options: AnyOptions, defaults: TaskDefaults): Task<never, unknown, boolean> {
  const { name = 'task', description, prompt: write } = options
  if ((description === undefined) === (write === undefined)) {
    throw new TypeError(`Cannot declare "${name}": give it a description or a prompt, one of them`)
  }
  const output = planOutput(options)
  const last: { response?: LlmResponse; stream?: TaskStream<unknown> } = {}
  const compile = (input?: unknown): Promise<CompiledPrompt> => compileTask(options, output, input)
  const call = (input?: unknown, given: CallOptions<boolean | undefined> = {}): unknown => {
    const started = startTask({ options, defaults, output, compile, input, given, last })
    if (!isStreaming(given, options, defaults)) return started.toCall()
    last.stream = started.toStream()
    return last.stream
  }
  const plan = (input?: unknown, given?: CallOptions<boolean | undefined>): unknown =>
    Object.assign(() => call(input, given), {
      input,
      compile: () => compile(input),
      populatedPrompt: async () => lastText((await compile(input)).messages),
    })
  const task = Object.assign(call, { plan, compile, taskName: name })
  Object.defineProperties(task, {
    llmResponse: { get: () => last.response },
    llmStreamResponse: { get: () => last.stream },
  })
  return task as unknown as Task<never, unknown, boolean>
}

/** A task made of a tagged template. */
export function createTemplateTask<const Names extends readonly string[]>(
  texts: TemplateStringsArray,
  names: Names,
  defaults: TaskDefaults,
): Task<TemplateInput<Names>, string, boolean> {
  return createTask(
    { prompt: prompt(texts, ...names) as PromptFunction<never> },
    defaults,
  ) as unknown as Task<TemplateInput<Names>, string, boolean>
}

const isStreaming = (
  call: CallSettings<boolean | undefined>,
  task: CallSettings<boolean | undefined>,
  { streaming }: TaskDefaults,
): boolean => call.streaming ?? task.streaming ?? streaming

const lastText = (messages: readonly Message[]): string => String(messages.at(-1)?.content ?? '')

interface TaskStart {
  options: AnyOptions
  defaults: TaskDefaults
  output: OutputPlan
  compile: (input: unknown) => Promise<CompiledPrompt>
  input: unknown
  given: CallOptions<boolean | undefined>
  last: { response?: LlmResponse }
}

function startTask({ options, defaults, output, compile, input, given, last }: TaskStart): StartedCall {
  const seal = given.seal ?? options.seal ?? defaults.seal ?? false
  const timeouts = given.timeouts ?? options.timeouts ?? defaults.timeouts
  return new StartedCall({
    name: options.name ?? 'task',
    input,
    streaming: isStreaming(given, options, defaults),
    metadata: given.metadata ?? {},
    signal: given.signal,
    middleware: [...defaults.middleware, ...(options.middleware ?? [])],
    prepare: async () => ({
      messages: (await compile(input)).messages,
      llmParams: mergeParams(defaults.llmParams, options.llmParams, given.llmParams),
    }),
    plan: {
      model: defaults.model,
      output,
      maxRetries: options.maxRetries ?? 2,
      options: { ...(seal === false ? {} : { seal }), ...(timeouts === undefined ? {} : { timeouts }) },
    },
    onResult: ({ llmResponse }) => {
      last.response = llmResponse
    },
  })
}

async function compileTask(options: AnyOptions, output: OutputPlan, input: unknown): Promise<CompiledPrompt> {
  const { input: schema, description, prompt: write, name = 'task' } = options
  const inputs = schema === undefined ? input : await checkInput(name, schema, input)
  if (write !== undefined)
    return compilePrompt({ instruction: (write as PromptFunction<unknown>)(inputs ?? {}), output })
  const inputSchema = schema === undefined ? undefined : describedInput(schema)
  return compilePrompt({ instruction: description ?? '', inputs, inputSchema, output })
}

async function checkInput(name: string, schema: Schema, input: unknown): Promise<unknown> {
  const checked = await check(schema, input)
  if ('value' in checked) return checked.value
  throw new DeclareError(`Cannot call "${name}": ${issuesLine(checked.issues)}`, {
    code: 'INPUT_INVALID',
    issues: checked.issues,
  })
}

/** Descriptions are a help and no more: an input whose schema does not convert is listed without them. */
function describedInput(schema: Schema): JsonSchema | undefined {
  try {
    return jsonSchemaOf(schema, 'input')
  } catch {
    return undefined
  }
}
