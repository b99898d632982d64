/** One connection to Redis whose every call is bounded in time, and that is made anew where it has fallen silent. */
import { createClient } from '@redis/client'
import { createDebugLog } from '../../debug-log.ts'
import { storeUnavailable } from '../store-errors.ts'

type Client = ReturnType<typeof newClient>

/** How a connection is made. */
export interface ConnectionOptions {
  url: string
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number
}

const log = createDebugLog('streamseal:run')
const firstRetryMs = 50
const longestRetryMs = 1000

/** The connection. */
export class RedisConnection {
  readonly #options: ConnectionOptions
  #client: Client
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#client = newClient(options)
  }

  /** Resolves when Redis answers; rejects with `STORE_UNAVAILABLE` where it does not in time. */
  async open(): Promise<void> {
    const connected = this.#connect()
    try {
      await bounded(connected, this.#options.timeoutMs)
    } catch (error) {
      this.close()
      throw storeUnavailable('connect to Redis', error)
    }
  }

  /**
   * Sends a command and gives its reply as it came. Rejects with `STORE_UNAVAILABLE` where there is no connection or no answer in time;
   * what was sent may still have been carried out. `extraMs` is for commands that wait at the server.
   */
  async call(command: readonly string[], extraMs = 0): Promise<unknown> {
    const client = this.#client
    if (!client.isReady) throw storeUnavailable('reach Redis')
    try {
      return await bounded(client.sendCommand(command), this.#options.timeoutMs + extraMs)
    } catch (error) {
      if (isReply(error)) throw error
      if (error instanceof NoAnswer) this.#renew(client)
      throw storeUnavailable(`do ${command[0]}`, error)
    }
  }

  close(): void {
    this.#isClosed = true
    destroy(this.#client)
  }

  /** A connection that does not answer may never say that it is dead. */
  #renew(silent: Client): void {
    if (this.#client !== silent || this.#isClosed) return
    log('redis-silent')
    destroy(silent)
    this.#client = newClient(this.#options)
    this.#connect().catch(() => undefined)
  }

  async #connect(): Promise<void> {
    const client = this.#client
    client.on('error', (error: unknown) => {
      if (!this.#isClosed) log('redis', { error: error instanceof Error ? error.name : 'unknown' })
    })
    await client.connect()
  }
}

// The reply's types differ between versions of the protocol; plain arrays are the same everywhere.
function newClient({ url, timeoutMs }: ConnectionOptions) {
  return createClient({
    url,
    RESP: 2,
    // What waits for a connection waits in the run's own bounded log.
    disableOfflineQueue: true,
    // `call` has its own limit; the client's is a signal with a listener for each command, which costs more than the command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: timeoutMs,
      reconnectStrategy: retries => Math.min(firstRetryMs * 2 ** retries, longestRetryMs),
    },
  })
}

function destroy(client: Client): void {
  if (client.isOpen) client.destroy()
}

class NoAnswer extends Error {}

function bounded<Value>(promise: Promise<Value>, timeMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer(`no answer in ${timeMs} ms`)), timeMs)
    promise.then(
      value => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/** Whether Redis has answered, with an error. */
function isReply(error: unknown): boolean {
  return error instanceof Error && /^(ERR|NOSCRIPT|WRONGTYPE|UNBLOCKED)\b/.test(error.message)
}
