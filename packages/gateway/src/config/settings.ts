/** The gateway's numeric settings: one row each, with the environment variable, the default, the bounds and the unit. */
import { ConfigError } from './config-error.ts'

/** One row of the table. */
export interface Setting {
  readonly variable: string
  readonly fallback: number
  readonly minimum: number
  readonly maximum: number
  /** What the number means and what happens at the limit. */
  readonly meaning: string
}

/** The numeric settings' names. */
export type SettingName =
  | 'maxBodyBytes'
  | 'maxStreams'
  | 'maxStreamsPerKey'
  | 'maxSockets'
  | 'socketIdleMs'
  | 'keepRunsMs'
  | 'maxRuns'
  | 'runLeaseMs'
  | 'maxEventBytes'
  | 'keepAnswers'
  | 'keepManifests'
  | 'connectTimeoutMs'
  | 'firstTokenTimeoutMs'
  | 'wholeAnswerTimeoutMs'
  | 'betweenTokensTimeoutMs'
  | 'totalTimeoutMs'
  | 'heartbeatMs'
  | 'headersTimeoutMs'
  | 'requestTimeoutMs'
  | 'keepAliveMs'
  | 'maxConnections'
  | 'shutdownGraceMs'
  | 'demoTokensPerSecond'

const dayMs = 86_400_000
const gibibyte = 1024 ** 3

/** Every number that a user can set; `docs/gateway.md` prints this table. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  maxBodyBytes: {
    variable: 'STREAMSEAL_MAX_BODY_BYTES',
    fallback: 1024 ** 2,
    minimum: 1024,
    maximum: gibibyte,
    meaning: 'largest request body, in bytes; a larger one is answered with 413',
  },
  maxStreams: {
    variable: 'STREAMSEAL_MAX_STREAMS',
    fallback: 2000,
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'answers under way at once; one more is answered with 503 and Retry-After',
  },
  maxStreamsPerKey: {
    variable: 'STREAMSEAL_MAX_STREAMS_PER_KEY',
    fallback: 2000,
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'the same for one key that clients send; one more is answered with 429 and Retry-After',
  },
  maxSockets: {
    variable: 'STREAMSEAL_MAX_SOCKETS',
    fallback: 1000,
    minimum: 0,
    maximum: 1_000_000,
    meaning: 'WebSockets open at once; one more is refused with 503 and Retry-After',
  },
  socketIdleMs: {
    variable: 'STREAMSEAL_SOCKET_IDLE_MS',
    fallback: 300_000,
    minimum: 100,
    maximum: dayMs,
    meaning:
      'silence of a client to whom nothing is being answered, in milliseconds; then its WebSocket is closed',
  },
  keepRunsMs: {
    variable: 'STREAMSEAL_KEEP_RUNS_MS',
    fallback: 3_600_000,
    minimum: 1000,
    maximum: 30 * dayMs,
    meaning:
      'how long an ended run can be read again, its text included, in milliseconds; then it is deleted',
  },
  maxRuns: {
    variable: 'STREAMSEAL_MAX_RUNS',
    fallback: 10_000,
    minimum: 1,
    maximum: 10_000_000,
    meaning: 'runs that are kept; the first that ended is deleted first',
  },
  runLeaseMs: {
    variable: 'STREAMSEAL_RUN_LEASE_MS',
    fallback: 15_000,
    minimum: 500,
    maximum: 600_000,
    meaning:
      'how long a gateway may be silent in the store that it shares before its runs count as lost, in milliseconds',
  },
  maxEventBytes: {
    variable: 'STREAMSEAL_MAX_EVENT_BYTES',
    fallback: 8 * 1024 ** 2,
    minimum: 1024,
    maximum: gibibyte,
    meaning: 'largest event, or whole answer, that is held while it arrives; a larger one ends in an error',
  },
  keepAnswers: {
    variable: 'STREAMSEAL_KEEP_ANSWERS',
    fallback: 1_000_000,
    minimum: 0,
    maximum: 1_000_000_000,
    meaning: 'answers whose closings are kept; the oldest are forgotten first',
  },
  keepManifests: {
    variable: 'STREAMSEAL_KEEP_MANIFESTS',
    fallback: 100_000,
    minimum: 0,
    maximum: 1_000_000_000,
    meaning: 'C2PA manifests that are kept, about 4 KB each; the oldest are forgotten first',
  },
  connectTimeoutMs: {
    variable: 'STREAMSEAL_CONNECT_TIMEOUT_MS',
    fallback: 10_000,
    minimum: 1,
    maximum: dayMs,
    meaning: 'longest wait for a connection to a provider, in milliseconds; then 504',
  },
  firstTokenTimeoutMs: {
    variable: 'STREAMSEAL_FIRST_TOKEN_TIMEOUT_MS',
    fallback: 120_000,
    minimum: 1,
    maximum: dayMs,
    meaning: "longest wait for a stream's first bytes, in milliseconds; then 504 or an error frame",
  },
  wholeAnswerTimeoutMs: {
    variable: 'STREAMSEAL_WHOLE_ANSWER_TIMEOUT_MS',
    fallback: 600_000,
    minimum: 1,
    maximum: dayMs,
    meaning:
      'the same where the client asked for no stream: the provider says nothing until it has written all of it',
  },
  betweenTokensTimeoutMs: {
    variable: 'STREAMSEAL_BETWEEN_TOKENS_TIMEOUT_MS',
    fallback: 60_000,
    minimum: 1,
    maximum: dayMs,
    meaning:
      'longest silence inside an answer, in milliseconds; a client that reads nothing for so long is left',
  },
  totalTimeoutMs: {
    variable: 'STREAMSEAL_TOTAL_TIMEOUT_MS',
    fallback: 3_600_000,
    minimum: 1,
    maximum: dayMs,
    meaning: 'longest answer, in milliseconds; then an error frame',
  },
  heartbeatMs: {
    variable: 'STREAMSEAL_HEARTBEAT_MS',
    fallback: 15_000,
    minimum: 100,
    maximum: dayMs,
    meaning:
      'silence after which an event stream carries a comment, in milliseconds, so that proxies keep it open',
  },
  headersTimeoutMs: {
    variable: 'STREAMSEAL_HEADERS_TIMEOUT_MS',
    fallback: 15_000,
    minimum: 100,
    maximum: dayMs,
    meaning: 'how long a client may take to send the headers of a request, in milliseconds; then 408',
  },
  requestTimeoutMs: {
    variable: 'STREAMSEAL_REQUEST_TIMEOUT_MS',
    fallback: 120_000,
    minimum: 100,
    maximum: dayMs,
    meaning: 'how long a client may take to send a whole request, in milliseconds; then 408',
  },
  keepAliveMs: {
    variable: 'STREAMSEAL_KEEP_ALIVE_MS',
    fallback: 65_000,
    minimum: 100,
    maximum: dayMs,
    meaning:
      'how long a connection may idle between two requests, in milliseconds; longer than the 60 seconds of most load balancers, so that they close first',
  },
  maxConnections: {
    variable: 'STREAMSEAL_MAX_CONNECTIONS',
    fallback: 10_000,
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'connections open at once; one more is closed at once',
  },
  shutdownGraceMs: {
    variable: 'STREAMSEAL_SHUTDOWN_GRACE_MS',
    fallback: 10_000,
    minimum: 0,
    maximum: dayMs,
    meaning:
      'how long running answers may go on after SIGTERM, in milliseconds; then each gets an error frame',
  },
  demoTokensPerSecond: {
    variable: 'STREAMSEAL_DEMO_TOKENS_PER_SECOND',
    fallback: 60,
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'pace of the built-in model, in tokens a second',
  },
}

/** The numeric settings by name. */
export type Settings = Readonly<Record<SettingName, number>>

/** Reads every numeric setting, or throws a `ConfigError` that quotes the first bad one. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const entries = Object.entries(settings).map(([name, row]) => [name, readNumber(env[row.variable], row)])
  return Object.fromEntries(entries) as Settings
}

function readNumber(text: string | undefined, row: Setting): number {
  if (text === undefined || text === '') return row.fallback
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= row.minimum && number <= row.maximum) return number
  throw new ConfigError(
    row.variable,
    `Cannot use ${row.variable}="${text}": expected a whole number from ${row.minimum} to ${row.maximum}`,
  )
}
