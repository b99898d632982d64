/** A declaration: a model with its defaults, from which tasks and chats are declared. */
import type { Model } from '../contract.ts'
import { type Chat, type ChatSettings, createChat } from './chat.ts'
import type { Middleware } from './middleware.ts'
import type { TemplateInput } from './prompt-template.ts'
import {
  type CallSettings,
  createTask,
  createTemplateTask,
  type FirstFlag,
  type Inputs,
  type Task,
  type TaskDefaults,
  type TaskWithInput,
  type TaskWithoutInput,
} from './task.ts'

/** Defaults of everything that is declared from it. */
export interface DeclarationOptions<Streaming extends boolean | undefined = undefined>
  extends Omit<CallSettings<undefined>, 'streaming'> {
  /** Whether answers stream unless a task, a chat or a call says otherwise; default false. */
  stream?: Streaming
  /** Wraps each call of every task and chat. */
  middleware?: readonly Middleware[]
}

/** Declares tasks. */
export interface DeclareTask<Context extends boolean> {
  /** A prompt with named gaps: `` gpt.task`Say something about ${'movie'}.` `` */
  <const Names extends readonly string[]>(
    texts: TemplateStringsArray,
    ...names: Names
  ): Task<TemplateInput<Names>, string, Context>
  <Input, Parsed = Input, Output = string, Streaming extends boolean | undefined = undefined>(
    options: TaskWithInput<Input, Parsed, Output, Streaming>,
  ): Task<Input, Output, FirstFlag<Streaming, Context>>
  <Input = Inputs, Output = string, Streaming extends boolean | undefined = undefined>(
    options: TaskWithoutInput<Input, Output, Streaming>,
  ): Task<Input, Output, FirstFlag<Streaming, Context>>
}

/** What `declare.openai`, `declare.azureOpenAI` and `declare.with` return. */
export interface Declaration<Context extends boolean> {
  readonly model: Model
  readonly task: DeclareTask<Context>
  /** Declares a chat; call what it returns for each session. */
  chat<Output = string, Streaming extends boolean | undefined = undefined, Tasks = Record<never, never>>(
    settings?: ChatSettings<Output, Streaming, Tasks>,
  ): Chat<Output, FirstFlag<Streaming, Context>, Tasks>
}

/** Makes a declaration of a model. */
export function createDeclaration<Streaming extends boolean | undefined>(
  model: Model,
  options: DeclarationOptions<Streaming>,
): Declaration<FirstFlag<Streaming, false>> {
  const defaults: TaskDefaults = {
    model,
    streaming: options.stream ?? false,
    llmParams: options.llmParams,
    timeouts: options.timeouts,
    seal: options.seal === false ? undefined : options.seal,
    middleware: options.middleware ?? [],
  }
  const task = (first: unknown, ...names: readonly string[]): unknown =>
    isTemplate(first)
      ? createTemplateTask(first, names, defaults)
      : createTask(first as Parameters<typeof createTask>[0], defaults)
  return {
    model,
    task: task as DeclareTask<FirstFlag<Streaming, false>>,
    chat: (settings = {}) => createChat(settings as never, defaults) as never,
  }
}

const isTemplate = (first: unknown): first is TemplateStringsArray => Array.isArray(first) && 'raw' in first
