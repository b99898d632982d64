/** A declared chat: sessions that remember, each on its own, and typed answers where an output is declared. */
import type { ContentPart, Message, Role } from '../contract.ts'
import { defined } from '../defined.ts'
import { newStreamId } from '../stream-id.ts'
import { ChatTurn, checkMessage } from './chat-turn.ts'
import { toAcceptable } from './history.ts'
import { mergeParams } from './llm-params.ts'
import { inMemory } from './memories/in-memory.ts'
import type { ChatMessage, Memory } from './memory.ts'
import type { Middleware } from './middleware.ts'
import { type OutputPlan, planOutput } from './output-plan.ts'
import { SessionLog } from './session-log.ts'
import { StartedCall } from './start-call.ts'
import type {
  CallOptions,
  CallResult,
  CallSettings,
  FirstFlag,
  Task,
  TaskDefaults,
  TaskSettings,
} from './task.ts'
import type { LlmResponse, TaskStream } from './task-result.ts'
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

/** What a session may have of its own; it wins over the chat, and a call over it. */
export interface SessionOptions<Streaming extends boolean | undefined = boolean | undefined>
  extends CallSettings<Streaming> {
  /** Which session; one that is known goes on where it stood. Default: a new one. */
  sessionId?: string
  system?: string
  greeting?: string
  memory?: Memory
  /** Wraps each call, after the chat's own. */
  middleware?: readonly Middleware[]
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
  /** The last whole answer, `undefined` until one is done. Calls that run side by side have their own in `result()`. */
  readonly llmResponse: LlmResponse | undefined
  /** The stream of the last `send` that streams. */
  readonly llmStreamResponse: TaskStream<Output> | undefined
}

/** A declared chat: call it for a session. */
export type Chat<Output, Streaming extends boolean, Tasks> = <Flag extends boolean | undefined = undefined>(
  options?: SessionOptions<Flag>,
) => ChatSession<Output, FirstFlag<Flag, Streaming>> & Tasks

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
  readonly #log: SessionLog
  readonly #now: () => Date
  #response: LlmResponse | undefined
  #stream: TaskStream<unknown> | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.sessionId = parts.options.sessionId ?? newStreamId()
    this.#now = parts.settings.now ?? (() => new Date())
    const { sessionId, greeting } = this
    this.#log = new SessionLog({ memory: parts.memory, sessionId, greeting, now: this.#now })
  }

  get system(): string | undefined {
    return this.#parts.options.system ?? this.#parts.settings.system
  }

  get greeting(): string | undefined {
    return this.#parts.options.greeting ?? this.#parts.settings.greeting
  }

  get llmResponse(): LlmResponse | undefined {
    return this.#response
  }

  get llmStreamResponse(): TaskStream<unknown> | undefined {
    return this.#stream
  }

  send(message: string | ContentPart[], given: CallOptions<boolean | undefined> = {}): never {
    const { settings, defaults, options } = this.#parts
    const streaming = given.streaming ?? options.streaming ?? settings.streaming ?? defaults.streaming
    const started = this.#start(message, given, streaming)
    if (!streaming) return started.toCall() as never
    this.#stream = started.toStream()
    return this.#stream as never
  }

  async conversation(): Promise<ChatMessage[]> {
    return (await this.#log.load()).filter(({ summaryUpTo }) => summaryUpTo === undefined)
  }

  async compile(): Promise<Message[]> {
    return this.#compose([], await this.#log.load(), new AbortController().signal)
  }

  async addMessage(content: string | ContentPart[], role: Role): Promise<void> {
    checkMessage({ role, content })
    await this.#log.load()
    await this.#log.add([{ role, content, turnId: newStreamId(), at: this.#now().toISOString() }])
  }

  async clear(): Promise<void> {
    await this.#log.clear()
  }

  #start(
    message: string | ContentPart[],
    given: CallOptions<boolean | undefined>,
    streaming: boolean,
  ): StartedCall {
    const { settings, defaults, output, options } = this.#parts
    const seal = given.seal ?? options.seal ?? settings.seal ?? defaults.seal ?? false
    const timeouts = given.timeouts ?? options.timeouts ?? settings.timeouts ?? defaults.timeouts
    const turn = new ChatTurn(this.#log, message, this.#now)
    return new StartedCall({
      name: settings.name ?? 'chat',
      input: message,
      streaming,
      metadata: given.metadata ?? {},
      signal: given.signal,
      middleware: [...defaults.middleware, ...(settings.middleware ?? []), ...(options.middleware ?? [])],
      prepare: async signal => ({
        messages: await this.#compose([turn.question], await turn.ask(signal), signal),
        llmParams: mergeParams(defaults.llmParams, settings.llmParams, options.llmParams, given.llmParams),
      }),
      plan: {
        model: defaults.model,
        output,
        maxRetries: settings.maxRetries ?? 2,
        tools:
          settings.tools === undefined ? undefined : createToolBox(settings.tools, settings.maxSteps ?? 8),
        options: { ...(seal === false ? {} : { seal }), ...defined({ timeouts }) },
      },
      onResult: async result => {
        await turn.answered(result)
        this.#response = result.llmResponse
      },
      onError: (error, soFar) => turn.failed(error, soFar),
    })
  }

  /** What the model is shown of the past and asked now. */
  async #compose(asked: Message[], history: ChatMessage[], signal: AbortSignal): Promise<Message[]> {
    const { settings, defaults, output } = this.#parts
    const window = settings.window ?? {}
    const shown = await fitHistory(history, { window, model: defaults.model, signal, now: this.#now })
    if (shown.summary !== undefined) await this.#log.add([shown.summary])
    const { system, opening, messages } = toAcceptable([...shown.messages, ...asked])
    const begun = opening === '' ? undefined : `You have begun the conversation with: ${opening}`
    const told = [this.system, output.instructions, ...system, shown.preface, begun].filter(Boolean)
    return told.length === 0 ? messages : [{ role: 'system', content: told.join('\n\n') }, ...messages]
  }
}
