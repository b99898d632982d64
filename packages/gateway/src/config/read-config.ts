/** The gateway's configuration, read from variables and a file and checked before anything starts. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import type { Environment } from './environment.ts'
import { isLoopback } from './loopback.ts'
import { type C2paConfig, readC2pa } from './read-c2pa.ts'
import type {
  ConfigFile,
  KeyEntry,
  ModelEntryConfig,
  ProviderEntry,
  ReceiverEntry,
} from './read-config-file.ts'
import { type HiddenConfig, readHidden } from './read-hidden.ts'
import { type OtlpConfig, readOtlp } from './read-otlp.ts'
import { readRedisUrl } from './read-redis-url.ts'
import { type RunConfig, readRuns } from './read-runs.ts'
import { readWebhooks, type WebhookConfig } from './read-webhooks.ts'
import { readSettings, type Settings } from './settings.ts'

/** How much of an answer is sealed: every segment, one closing mark, or nothing. */
export type SealMode = 'full' | 'light' | 'off'

/** Where a provider is reached, and with which key; without a key the client's own goes through. */
export interface ProviderConfig {
  readonly baseUrl: string
  readonly apiKey?: string
}

/** Everything that `startGateway` needs to know. */
export interface Config extends Settings {
  readonly port: number
  readonly host: string
  readonly dataDirectory: string
  /** What seals and start-up lines say about where to reach the gateway; default: the address it listens on. */
  readonly publicUrl?: string
  /** What seals say about who issued; default: the public URL. */
  readonly issuer?: string
  /** What clients must send as `Authorization: Bearer …` or `x-api-key`. */
  readonly apiKey?: string
  /** Every key that clients may send, each with a name: the one above and those of the file. Empty where none is needed. */
  readonly keys: readonly KeyEntry[]
  /** Servers of models beside those of the environment. */
  readonly providers: readonly ProviderEntry[]
  /** Names of models, where they lead and how they are sealed. */
  readonly models: Readonly<Record<string, ModelEntryConfig>>
  /** Receivers of webhooks that are registered at start. */
  readonly receivers: readonly ReceiverEntry[]
  /** The model of routes and requests that name none. */
  readonly model?: string
  readonly seal: SealMode
  readonly corsOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly openai?: ProviderConfig
  readonly anthropic?: ProviderConfig
  readonly ollama: ProviderConfig
  /** How `/v1/responses` reaches a server of OpenAI's dialect: as it is, as chat completions, or as that server has it. */
  readonly responses: 'auto' | 'native' | 'chat'
  /** Where runs are kept that several gateways share; default: SQLite in the data directory. */
  readonly redisUrl?: string
  readonly runs: RunConfig
  /** What is done about hidden characters in prompts. */
  readonly hidden: HiddenConfig
  readonly webhooks: WebhookConfig
  readonly logLevel: string
  readonly c2pa: C2paConfig
  /** Where OpenTelemetry's spans and metrics go; off where there is no endpoint. */
  readonly otlp?: OtlpConfig
}

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']
const sealModes: readonly SealMode[] = ['full', 'light', 'off']

/**
 * Reads the configuration, or throws a `ConfigError` that quotes the first variable that cannot be used.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readConfig } from 'streamseal'
 *
 * assert.equal(readConfig({}).port, 8787)
 * assert.throws(() => readConfig({ PORT: '80 80' }), /PORT="80 80"/)
 * ```
 */
export function readConfig(env: Environment, file?: ConfigFile): Config {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  const keys = readKeys(readKey('STREAMSEAL_API_KEY', read('STREAMSEAL_API_KEY')), file)
  const config: Config = {
    ...readSettings(env),
    ...readProviders(file),
    keys,
    port: readPort(read('PORT')),
    host: read('HOST') ?? '127.0.0.1',
    dataDirectory: resolve(read('STREAMSEAL_DATA_DIR') ?? join(homedir(), '.streamseal')),
    seal: oneOf('STREAMSEAL_SEAL', read('STREAMSEAL_SEAL') ?? 'full', sealModes),
    corsOrigins: readList(read('STREAMSEAL_CORS_ORIGINS')).map(readOrigin),
    allowedHosts: readList(read('STREAMSEAL_ALLOWED_HOSTS')).map(name => name.toLowerCase()),
    ollama: { baseUrl: readOllamaHost(read('OLLAMA_HOST')) },
    responses: oneOf('STREAMSEAL_RESPONSES', read('STREAMSEAL_RESPONSES') ?? 'auto', [
      'auto',
      'native',
      'chat',
    ] as const),
    c2pa: readC2pa(read),
    runs: readRuns(read),
    hidden: readHidden(read),
    webhooks: readWebhooks(read),
    logLevel: oneOf('STREAMSEAL_LOG_LEVEL', read('STREAMSEAL_LOG_LEVEL') ?? 'error', logLevels),
    ...optional('publicUrl', readPublicUrl(read('STREAMSEAL_PUBLIC_URL'))),
    ...optional('issuer', readClaim('STREAMSEAL_ISSUER', read('STREAMSEAL_ISSUER'))),
    ...optional('apiKey', keys[0]?.key),
    ...optional('model', read('STREAMSEAL_MODEL')),
    ...optional('redisUrl', readRedisUrl(read('REDIS_URL'))),
    ...optional('otlp', readOtlp(read)),
    ...optional('openai', readOpenAI(read)),
    ...optional('anthropic', readAnthropic(read)),
  }
  refuseOpenDoor(config)
  return config
}

function refuseOpenDoor({ host, apiKey }: Config): void {
  if (apiKey !== undefined || isLoopback(host)) return
  throw new ConfigError(
    'HOST',
    `Cannot listen on HOST="${host}" without STREAMSEAL_API_KEY: anyone who reaches it could spend your providers' money`,
  )
}

/** The key of the environment and those of the file; a key or a name that comes twice is refused. */
function readKeys(apiKey: string | undefined, file: ConfigFile | undefined): readonly KeyEntry[] {
  const given = (file?.keys ?? []).map((entry, i) => ({
    ...entry,
    key: readKey(`keys[${i}].key`, entry.key.trim()) ?? '',
  }))
  const keys = [...(apiKey === undefined ? [] : [{ name: 'default', key: apiKey }]), ...given]
  const twice = keys.find(({ name, key }, i) =>
    keys.some((other, j) => j < i && (other.name === name || other.key === key)),
  )
  if (twice === undefined) return keys
  throw new ConfigError(
    'keys',
    `Cannot use the key "${twice.name}" of keys: its name or its key is there already`,
  )
}

function readProviders(file: ConfigFile | undefined): Pick<Config, 'providers' | 'models' | 'receivers'> {
  const { providers = [], models = {}, receivers = [] } = file ?? {}
  const names = new Set(['openai', 'anthropic', 'ollama', 'demo'])
  const checked = providers.map((entry, i) => {
    if (names.has(entry.name))
      throw new ConfigError(
        'providers',
        `Cannot use providers[${i}].name="${entry.name}": that name is taken`,
      )
    names.add(entry.name)
    const { apiKey, ...rest } = entry
    return {
      ...rest,
      baseUrl: readUrl(`providers[${i}].baseUrl`, entry.baseUrl) ?? '',
      ...optional('apiKey', readKey(`providers[${i}].apiKey`, apiKey?.trim())),
    }
  })
  return { providers: checked, models, receivers }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 8787
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536
  if (port <= 65_535) return port
  throw new ConfigError('PORT', `Cannot listen on PORT="${text}": expected a whole number from 0 to 65535`)
}

function readUrl(variable: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
  if (usable && url.username === '' && url.password === '') return url.href.replace(/\/+$/, '')
  // A URL may hold a password or a key, which must not reach a log: only its harmless shape is quoted.
  const shown = text.replace(/\/\/[^/]*@/, '//…@').replace(/([?#]).*$/s, '$1…')
  throw new ConfigError(
    variable,
    `Cannot use ${variable}="${shown}": expected an http(s) URL without user, query or fragment`,
  )
}

/** What stands in every seal must leave room there for the rest: claims have 2,048 bytes in all. */
const maxClaimBytes = 256

function readClaim(variable: string, text: string | undefined): string | undefined {
  const bytes = Buffer.byteLength(text ?? '')
  if (bytes <= maxClaimBytes) return text
  throw new ConfigError(
    variable,
    `Cannot use ${variable}="${text?.slice(0, 40)}…": it takes ${bytes} bytes, and seals have room for ${maxClaimBytes}`,
  )
}

function readPublicUrl(text: string | undefined): string | undefined {
  return readClaim('STREAMSEAL_PUBLIC_URL', readUrl('STREAMSEAL_PUBLIC_URL', text))
}

/** Keys travel in headers, which take visible ASCII. A key that is refused is not quoted: it is still a secret. */
function readKey(variable: string, text: string | undefined): string | undefined {
  if (text === undefined || /^[!-~]+$/.test(text)) return text
  throw new ConfigError(
    variable,
    `Cannot use ${variable}: a key has visible ASCII characters only, and this one has a space, a line end or another character`,
  )
}

function readOpenAI(read: (name: string) => string | undefined): ProviderConfig | undefined {
  return readProvider(
    'https://api.openai.com/v1',
    readUrl('OPENAI_BASE_URL', read('OPENAI_BASE_URL')),
    readKey('OPENAI_API_KEY', read('OPENAI_API_KEY')),
  )
}

function readAnthropic(read: (name: string) => string | undefined): ProviderConfig | undefined {
  return readProvider(
    'https://api.anthropic.com',
    readUrl('ANTHROPIC_BASE_URL', read('ANTHROPIC_BASE_URL')),
    readKey('ANTHROPIC_API_KEY', read('ANTHROPIC_API_KEY')),
  )
}

function readProvider(
  fallbackUrl: string,
  baseUrl: string | undefined,
  apiKey: string | undefined,
): ProviderConfig | undefined {
  if (baseUrl === undefined && apiKey === undefined) return undefined
  return { baseUrl: baseUrl ?? fallbackUrl, ...optional('apiKey', apiKey) }
}

/** Ollama's own variable may be a bare host, a host and port, or a URL; 0.0.0.0 is where it listens, not where it is. */
function readOllamaHost(text: string | undefined): string {
  const given = text ?? '127.0.0.1:11434'
  const url = readUrl('OLLAMA_HOST', given.includes('://') ? given : `http://${given}`) as string
  const parsed = new URL(url)
  if (parsed.hostname === '0.0.0.0') parsed.hostname = '127.0.0.1'
  if (parsed.port === '' && parsed.protocol === 'http:' && !given.includes('://')) parsed.port = '11434'
  return parsed.href.replace(/\/+$/, '')
}

function readOrigin(text: string): string {
  const url = readUrl('STREAMSEAL_CORS_ORIGINS', text) as string
  if (new URL(url).origin === url) return url
  throw new ConfigError(
    'STREAMSEAL_CORS_ORIGINS',
    `Cannot allow STREAMSEAL_CORS_ORIGINS="${text}": expected origins such as "https://app.example.com", without a path`,
  )
}

function readList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

function oneOf<Value extends string>(variable: string, text: string, values: readonly Value[]): Value {
  const value = values.find(candidate => candidate === text)
  if (value !== undefined) return value
  throw new ConfigError(variable, `Cannot use ${variable}="${text}": expected one of ${values.join(', ')}`)
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}
