/** A declared chat: sessions that remember, each on its own, and typed answers where an output is declared. */
import type { ContentPart, Message, Role } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'
import { newStreamId } from '../stream-id.ts'
import { DeclareError } from './declare-error.ts'
import { joinVoices } from './history.ts'
import { mergeParams } from './llm-params.ts'
import { inMemory } from './memories/in-memory.ts'
import type { ChatMessage, ChatMessageStatus, Memory } from './memory.ts'
import { type OutputPlan, planOutput } from './output-plan.ts'
import { StartedCall } from './start-call.ts'
import type { CallOptions, CallResult, FirstFlag, Task, TaskDefaults, TaskSettings } from './task.ts'
import type { TaskResult, TaskStream } from './task-result.ts'
import { createToolBox, type DeclaredTools } from './tool-box.ts'
import { type ChatWindow, fitHistory } from './window.ts'

/** Tasks that a chat has as methods. */
export type ChatTasks = Readonly<Record<string, Task<never, unknown, boolean>>>

/** What a chat is declared with. */
export interface ChatSettings<Output, Streaming extends boolean | undefined, Tasks>
  extends TaskSettings<Output, Streaming> {
  /** What the model is told first, in every session; a session may have its own. */
  system?: string
  /** What a new session begins with, said by the assistant. */
  greeting?: string
  /** Where sessions are kept; default: `inMemory()`, one for the declaration. */
  memory?: Memory
  /** What the model may call before it answers. */
  tools?: DeclaredTools
  /** How often in one turn; then the turn fails with `TOO_MANY_STEPS`. Default 8. */
  maxSteps?: number
  /** How much of the past the model is shown. */
  window?: ChatWindow
  /** Tasks that every session has as methods. */
  tasks?: Tasks
  /** The clock. */
  now?: () => Date
}

/** What a session may have of its own. */
export interface SessionOptions {
  /** Which session; one that is known goes on where it stood. Default: a new one. */
  sessionId?: string
  system?: string
  greeting?: string
  memory?: Memory
}

/** One conversation. */
export interface ChatSession<Output, Streaming extends boolean> {
  readonly sessionId: string
  readonly system: string | undefined
  readonly greeting: string | undefined
  /** Says something and gives the answer, as a stream where it streams. The question is kept before the model is asked, the answer when it has ended, however it has. */
  send<Flag extends boolean | undefined = undefined>(
    message: string | ContentPart[],
    options?: CallOptions<Flag>,
  ): CallResult<Output, FirstFlag<Flag, Streaming>>
  /** Everything that was said, with how each answer ended; the system's message is not part of it. */
  conversation(): Promise<ChatMessage[]>
  /** The messages that the model would be shown next. */
  compile(): Promise<Message[]>
  /** Adds a message by hand. */
  addMessage(content: string | ContentPart[], role: Role): Promise<void>
  /** Forgets the session. */
  clear(): Promise<void>
  /** The stream of the last `send` that streams. */
  readonly llmStreamResponse: TaskStream<Output> | undefined
}

/** A declared chat: call it for a session. */
export type Chat<Output, Streaming extends boolean, Tasks> = (
  options?: SessionOptions,
) => ChatSession<Output, Streaming> & Tasks

type AnySettings = ChatSettings<unknown, boolean | undefined, ChatTasks>

/** Makes a chat; throws where a tool cannot be described, or a task has the name of a method. */
export function createChat(settings: AnySettings, defaults: TaskDefaults): Chat<unknown, boolean, ChatTasks> {
  const output = planOutput(settings)
  const memory = settings.memory ?? inMemory()
  if (settings.tools !== undefined) createToolBox(settings.tools, 1)
  const { tasks = {} } = settings
  const taken = Object.keys(tasks).find(name => name in Session.prototype || name === 'sessionId')
  if (taken !== undefined)
    throw new TypeError(
      `Cannot declare a chat whose task is named "${taken}": a session has that name itself`,
    )
  return (options = {}) =>
    Object.assign(
      new Session({ settings, defaults, output, memory: options.memory ?? memory, options }),
      tasks,
    )
}

interface SessionParts {
  settings: AnySettings
  defaults: TaskDefaults
  output: OutputPlan
  memory: Memory
  options: SessionOptions
}

class Session implements ChatSession<unknown, boolean> {
  readonly sessionId: string
  readonly #parts: SessionParts
  #greeted: Promise<void> | undefined
  #stream: TaskStream<unknown> | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.sessionId = parts.options.sessionId ?? newStreamId()
  }

  get system(): string | undefined {
    return this.#parts.options.system ?? this.#parts.settings.system
  }

  get greeting(): string | undefined {
    return this.#parts.options.greeting ?? this.#parts.settings.greeting
  }

  get llmStreamResponse(): TaskStream<unknown> | undefined {
    return this.#stream
  }

  send(message: string | ContentPart[], given: CallOptions<boolean | undefined> = {}): never {
    const streaming = given.streaming ?? this.#parts.settings.streaming ?? this.#parts.defaults.streaming
    const started = this.#start(message, given, streaming)
    if (!streaming) return started.toCall() as never
    this.#stream = started.toStream()
    return this.#stream as never
  }

  async conversation(): Promise<ChatMessage[]> {
    await this.#greet()
    return (await this.#load()).filter(({ summaryUpTo }) => summaryUpTo === undefined)
  }

  async compile(): Promise<Message[]> {
    await this.#greet()
    return this.#compose(await this.#load(), [], new AbortController().signal)
  }

  async addMessage(content: string | ContentPart[], role: Role): Promise<void> {
    if (!['user', 'assistant', 'system', 'tool'].includes(role)) {
      throw new DeclareError(
        `Cannot add a message of the role "${role}": it must be user, assistant, system or tool`,
        {
          code: 'MESSAGE_INVALID',
        },
      )
    }
    await this.#greet()
    await this.#keep([{ role, content, turnId: newStreamId(), at: this.#now() }])
  }

  async clear(): Promise<void> {
    await this.#parts.memory.clear(this.sessionId)
    this.#greeted = undefined
  }

  #start(
    message: string | ContentPart[],
    given: CallOptions<boolean | undefined>,
    streaming: boolean,
  ): StartedCall {
    const { settings, defaults, output } = this.#parts
    const seal = given.seal ?? settings.seal ?? defaults.seal ?? false
    const timeouts = given.timeouts ?? settings.timeouts ?? defaults.timeouts
    const turnId = newStreamId()
    const stop = given.signal ?? new AbortController().signal
    return new StartedCall({
      name: settings.name ?? 'chat',
      input: message,
      streaming,
      metadata: given.metadata ?? {},
      signal: given.signal,
      middleware: [...defaults.middleware, ...(settings.middleware ?? [])],
      prepare: async () => ({
        messages: await this.#ask(turnId, message, stop),
        llmParams: mergeParams(defaults.llmParams, settings.llmParams, given.llmParams),
      }),
      plan: {
        model: defaults.model,
        output,
        maxRetries: settings.maxRetries ?? 2,
        tools:
          settings.tools === undefined ? undefined : createToolBox(settings.tools, settings.maxSteps ?? 8),
        options: { ...(seal === false ? {} : { seal }), ...defined({ timeouts }) },
      },
      onResult: result => this.#answered(turnId, result),
      onError: error => this.#failed(turnId, error),
    })
  }

  /** Keeps the question, and returns what the model is shown. */
  async #ask(turnId: string, content: string | ContentPart[], signal: AbortSignal): Promise<Message[]> {
    await this.#greet()
    const history = await this.#load()
    await this.#keep([{ role: 'user', content, turnId, status: 'asked', at: this.#now() }])
    return this.#compose(history, [{ role: 'user', content }], signal)
  }

  async #compose(history: ChatMessage[], asked: Message[], signal: AbortSignal): Promise<Message[]> {
    const { settings, defaults, output } = this.#parts
    const now = settings.now ?? (() => new Date())
    const window = settings.window ?? {}
    const shown = await fitHistory(history, { window, model: defaults.model, signal, now })
    if (shown.summary !== undefined) await this.#keep([shown.summary])
    const told = [this.system, output.instructions, shown.preface].filter(
      text => text !== undefined && text !== '',
    )
    const system: Message[] = told.length === 0 ? [] : [{ role: 'system', content: told.join('\n\n') }]
    return [...system, ...joinVoices([...shown.messages, ...asked])]
  }

  async #answered(turnId: string, { messages }: TaskResult<unknown>): Promise<void> {
    await this.#keep(messages.map(message => this.#toMessage(message, turnId, 'complete')))
  }

  async #failed(turnId: string, error: unknown): Promise<void> {
    const status = error instanceof StreamError && error.code === 'ABORTED' ? 'aborted' : 'failed'
    const text = partialText(error)
    await this.#keep([this.#toMessage({ role: 'assistant', content: text }, turnId, status)])
  }

  #toMessage(message: Message, turnId: string, status: ChatMessageStatus): ChatMessage {
    return { ...message, turnId, status, at: this.#now() }
  }

  /** A session that has nothing in it begins with its greeting. */
  #greet(): Promise<void> {
    this.#greeted ??= this.#addGreeting().catch((error: unknown) => {
      this.#greeted = undefined
      throw error
    })
    return this.#greeted
  }

  async #addGreeting(): Promise<void> {
    const { greeting } = this
    if (greeting === undefined || (await this.#load()).length > 0) return
    await this.#keep([{ role: 'assistant', content: greeting, turnId: 'greeting', at: this.#now() }])
  }

  #load(): Promise<ChatMessage[]> {
    return this.#parts.memory.load(this.sessionId)
  }

  #keep(messages: readonly ChatMessage[]): Promise<void> {
    return this.#parts.memory.append(this.sessionId, messages)
  }

  #now(): string {
    return (this.#parts.settings.now?.() ?? new Date()).toISOString()
  }
}

function partialText(error: unknown): string {
  if (error instanceof StreamError) return error.partial?.text ?? ''
  return error instanceof DeclareError ? (error.text ?? '') : ''
}
