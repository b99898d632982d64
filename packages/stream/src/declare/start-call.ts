/** Starts a call: the onion of its middleware around the answer, as a stream of chunks or as a promise. */
import type { Message } from '../contract.ts'
import { defined } from '../defined.ts'
import { StreamError } from '../stream-error.ts'
import { answerCall, type CallPlan } from './answer-call.ts'
import { type Channel, createChannel } from './channel.ts'
import { DeclareError } from './declare-error.ts'
import { type CallContext, type Middleware, wrapCall } from './middleware.ts'
import type { OutputPlan } from './output-plan.ts'
import type { TaskCall, TaskChunk, TaskResult, TaskStream } from './task-result.ts'

/** What a call is started with. */
export interface CallRequest {
  name: string
  input: unknown
  streaming: boolean
  metadata: Readonly<Record<string, unknown>>
  signal: AbortSignal | undefined
  middleware: readonly Middleware[]
  /** Made when the call begins, given the call's own signal; what it throws, the call rejects with. */
  prepare: (signal: AbortSignal) => Promise<Pick<CallContext, 'messages' | 'llmParams'>>
  plan: Omit<CallPlan, 'emit' | 'settle'>
  /** Told of the result before the caller is. */
  onResult?: (result: TaskResult<unknown>) => void | Promise<void>
  /** Told of a failure before the caller is. */
  onError?: (error: unknown, soFar: CallSoFar) => void | Promise<void>
}

/** What had come of a call that failed. */
export interface CallSoFar {
  /** The last answer, as far as it had come. */
  text: string
  /** Tools that were called, each with its result. */
  messages: readonly Message[]
}

/** Chunks that wait for their reader before the model is held back. */
const waitingChunks = 64

/** A call that has begun. */
export class StartedCall {
  readonly #request: CallRequest
  readonly #stop = new AbortController()
  readonly #listeners: ((chunk: TaskChunk<unknown>) => void)[] = []
  readonly #channel: Channel<TaskChunk<unknown>> = createChannel(waitingChunks)
  readonly #ending: Promise<TaskResult<unknown>>
  readonly #settled: Message[] = []
  #chunks = 0
  #response = ''

  constructor(request: CallRequest) {
    this.#request = request
    const { signal } = request
    const onAbort = (): void => this.#stop.abort(signal?.reason)
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    if (!request.streaming) this.#channel.drain()
    this.#stop.signal.addEventListener('abort', () => this.#channel.hurry(), { once: true })
    this.#ending = this.#run().finally(() => signal?.removeEventListener('abort', onAbort))
    this.#ending.then(
      () => this.#channel.close(),
      error => this.#channel.close(error),
    )
  }

  /** The call as a promise. */
  toCall<Output>(): TaskCall<Output> {
    const value = this.#ending.then(result => result.value as Output)
    // Whoever cancels, or awaits the result, knows of the failure: the value itself need not be awaited.
    const known = (): void => void value.catch(() => undefined)
    return Object.assign(value, {
      result: () => {
        known()
        return this.#result<Output>()
      },
      cancel: () => {
        known()
        this.#cancel()
      },
    })
  }

  /** The call as a stream. */
  toStream<Output>(): TaskStream<Output> {
    const chunks = this.#channel.read(() => this.#cancel()) as AsyncGenerator<TaskChunk<Output>, undefined>
    const elements = readElements(chunks, () => this.#result<Output>(), this.#request.plan.output)
    return {
      [Symbol.asyncIterator]: () => chunks,
      elements: () => elements as never,
      result: () => {
        this.#channel.drain()
        return this.#result<Output>()
      },
      cancel: () => this.#cancel(),
    }
  }

  #result<Output>(): Promise<TaskResult<Output>> {
    return this.#ending as Promise<TaskResult<Output>>
  }

  #cancel(): void {
    this.#stop.abort()
  }

  async #run(): Promise<TaskResult<unknown>> {
    const { onResult, onError } = this.#request
    try {
      const result = await this.#answer()
      await onResult?.(result)
      return result
    } catch (caught) {
      const error = this.#told(caught)
      // What failed first is what the caller is told.
      await this.#tell(onError, error).catch(() => undefined)
      throw error
    }
  }

  async #tell(onError: CallRequest['onError'], error: unknown): Promise<void> {
    await onError?.(error, { text: this.#response, messages: this.#settled })
  }

  /** Whatever fails once the call is stopped, fails because it is: with `ABORTED`, or as the caller's `StreamError` says. */
  #told(caught: unknown): unknown {
    const { aborted, reason } = this.#stop.signal
    if (!aborted) return caught
    const why =
      reason instanceof StreamError ? reason : { code: 'ABORTED' as const, message: 'The call was stopped' }
    if (caught instanceof StreamError && caught.code === why.code && caught.partial !== undefined)
      return caught
    return new StreamError(why.message, {
      code: why.code,
      cause: caught,
      partial: { text: this.#response },
    })
  }

  async #answer(): Promise<TaskResult<unknown>> {
    const { name, input, streaming, metadata, middleware, plan, prepare } = this.#request
    const context: CallContext = {
      name,
      input,
      streaming,
      metadata,
      signal: this.#stop.signal,
      ...defined({ responseFormat: plan.output.responseFormat }),
      ...(await prepare(this.#stop.signal)),
      onChunk: listener => void this.#listeners.push(listener),
    }
    const emit = (chunk: TaskChunk<unknown>): Promise<void> => this.#emit(chunk)
    const settle = (messages: Message[]): void => void this.#settled.push(...messages)
    const result = await wrapCall(middleware, context, () => answerCall(context, { ...plan, emit, settle }))
    if (this.#chunks === 0 && result.llmResponse.raw !== undefined) await this.#emitWhole(result)
    return result
  }

  async #emit(chunk: TaskChunk<unknown>): Promise<void> {
    this.#chunks += 1
    this.#response = chunk.response
    for (const listener of this.#listeners) listener(chunk)
    await this.#channel.push(chunk)
  }

  /** A middleware answered without asking: its answer is one chunk. */
  #emitWhole({ text, value, llmResponse: { raw }, attempts }: TaskResult<unknown>): Promise<void> {
    const chunk = { response: text, delta: text, raw, attempt: attempts } as TaskChunk<unknown>
    return this.#emit(this.#request.plan.output.isStructured ? { ...chunk, partial: value as never } : chunk)
  }
}

/** The elements of an array, each when the next one begins, the last at the end; what the whole answer fails on, the loop rejects with. */
async function* readElements<Output>(
  chunks: AsyncIterable<TaskChunk<Output>>,
  result: () => Promise<TaskResult<Output>>,
  output: OutputPlan,
): AsyncGenerator<unknown, undefined> {
  let given = 0
  let reading: readonly unknown[] | undefined
  for await (const { partial } of chunks) {
    if (!Array.isArray(partial)) continue
    if (partial !== reading && given > 0) {
      throw new DeclareError(
        'The answer began anew while its elements were being read: what was given cannot be taken back',
        {
          code: 'OUTPUT_INVALID',
        },
      )
    }
    reading = partial
    for (; given < partial.length - 1; given += 1) yield await output.readElement(partial, given)
  }
  const { value } = await result()
  if (Array.isArray(value)) yield* value.slice(given)
}
