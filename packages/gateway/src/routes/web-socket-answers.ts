/** Answers to what one socket asks: kept runs that stop when it closes, or when nobody has come back in time. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Deliverable, Part } from '@streamseal/stream'
import type { LeavePolicy } from '@streamseal/stream/runs'
import type { SocketQuery } from '@streamseal/stream/web-socket'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'
import { sealOfModel } from '../models/model-rules.ts'
import { toKeptDeliverable } from '../runs/deliver-run.ts'
import { leavePolicyOf } from '../runs/leave-policy.ts'
import { createPromptReader } from '../sealing/prompt-reader.ts'
import { sealModeOf } from '../sealing/seal-header.ts'
import { clientAuthorization } from '../upstream/authorization.ts'
import { shuttingDown } from '../upstream/relay-errors.ts'
import { startKeptRun } from './run-stream.ts'

/** What answers one socket. */
export interface SocketAnswers {
  /** Whether an answer is under way, or not yet read to its end. */
  readonly isAnswering: boolean
  ask(query: SocketQuery, signal: AbortSignal): Promise<Deliverable>
  /** The socket is closed: nobody reads any more. */
  close(): void
}

/** How a socket is answered. */
export interface AnsweringOptions {
  readonly headers: IncomingHttpHeaders
  readonly route: string
  /** What becomes of an answer when its socket closes, unless the question says otherwise. */
  readonly leave: LeavePolicy
}

/** Makes it; `headers` are those of the request that opened the socket. */
export function createSocketAnswers(
  context: GatewayContext,
  { headers, route, leave: usually }: AnsweringOptions,
): SocketAnswers {
  const { config, models } = context
  const authorization = clientAuthorization(headers, config.apiKey)
  let endReading: (() => void) | undefined
  const close = (): void => {
    endReading?.()
    endReading = undefined
  }
  return {
    close,
    get isAnswering() {
      return endReading !== undefined
    },
    async ask({ messages: said, body }, signal) {
      if (context.isDraining) throw shuttingDown()
      const name = readText(body, 'model')
      const mode = sealModeOf(headers, sealOfModel(config, name), readText(body, 'seal'))
      const { value: messages, ingredients } = createPromptReader({ config, headers, log: context.log }).read(
        said,
      )
      const way = name === undefined ? await models.findDefault(authorization) : models.find(name)
      const model = way.toModel(authorization)
      const asked = { mode, seal: { route, ingredients }, headers, modelName: name ?? '' }
      const request = { model, options: { messages }, ...asked }
      const leave = leavePolicyOf(headers, usually, readText(body, 'leave'))
      const isRead = new Promise<void>(resolve => {
        endReading = resolve
      })
      try {
        const run = await startKeptRun(context, request, { leave, isRead })
        // The client has left, or has heard enough, before there was anything to hear.
        if (signal.aborted) run.cancel()
        return toKeptDeliverable(run, endingParts(run.parts, close))
      } catch (error) {
        close()
        throw error
      }
    },
  }
}

/** The same, and says when they have been read to their end, or left. */
function endingParts(source: AsyncIterable<Part>, onEnd: () => void): AsyncIterableIterator<Part> {
  const parts = source[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const result = await parts.next()
      if (result.done) onEnd()
      return result
    },
    async return() {
      onEnd()
      await parts.return?.()
      return { done: true, value: undefined }
    },
  }
}

function readText(
  body: Readonly<Record<string, unknown>>,
  name: 'model' | 'seal' | 'leave',
): string | undefined {
  const value = body[name]
  if (value === undefined || (typeof value === 'string' && value.length <= 256)) return value
  throw new GatewayError(`Cannot read "${name}": expected a text of at most 256 characters`, {
    code: 'INVALID_REQUEST',
    param: name,
  })
}
