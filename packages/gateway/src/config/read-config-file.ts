/** The configuration file: JSON, checked against the schema before anything of it is used. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { ConfigError } from './config-error.ts'
import { configSchema } from './config-schema.ts'
import type { Environment } from './environment.ts'
import { type Option, options } from './options.ts'

/** A server of models beside those of the environment. */
export interface ProviderEntry {
  readonly name: string
  readonly dialect: 'openai' | 'anthropic'
  readonly baseUrl: string
  readonly apiKey?: string
  /** Names that go to it without its prefix; `*` at the end stands for any rest. */
  readonly models: readonly string[]
}

/** Where the name of a model leads, and how its answers are sealed. */
export interface ModelEntryConfig {
  readonly to?: string
  readonly seal?: 'full' | 'light' | 'off'
}

/** A key that clients may send. */
export interface KeyEntry {
  readonly name: string
  readonly key: string
  readonly seal?: 'full' | 'light' | 'off'
}

/** A receiver of webhooks that is there from the start. */
export interface ReceiverEntry {
  readonly url: string
  readonly events?: readonly string[]
  readonly secret?: string
  readonly description?: string
}

/** What a file says. */
export interface ConfigFile {
  readonly path: string
  /** Its simple settings, as the variables of the same meaning. */
  readonly variables: Environment
  readonly providers: readonly ProviderEntry[]
  readonly models: Readonly<Record<string, ModelEntryConfig>>
  readonly keys: readonly KeyEntry[]
  readonly receivers: readonly ReceiverEntry[]
}

type Json = Readonly<Record<string, unknown>>

/** Larger files are refused, in bytes. */
const maxBytes = 1 << 20

/** Reads and checks it; throws a `ConfigError` that quotes the value and its place. Secrets may stand in `env`. */
export function readConfigFile(path: string, env: Environment): ConfigFile {
  const value = parse(path)
  const check = compiled()
  if (!check(value)) throw refusal(path, value, check.errors ?? [])
  const secret = (place: string, given: unknown): string | undefined => readSecret(path, place, given, env)
  const root = value as Json
  return {
    path,
    variables: Object.fromEntries(options.flatMap(option => toVariable(option, root, path, secret))),
    providers: listAt(root, 'providers').map((entry, i) =>
      withSecret({ dialect: 'openai', models: [], ...entry }, 'apiKey', `providers[${i}]`, secret),
    ) as unknown as ProviderEntry[],
    models: (root.models ?? {}) as ConfigFile['models'],
    keys: listAt(root, 'keys').map((entry, i) =>
      withSecret(entry, 'key', `keys[${i}]`, secret),
    ) as unknown as KeyEntry[],
    receivers: listAt(Object(root.webhooks) as Json, 'receivers').map((entry, i) =>
      withSecret(entry, 'secret', `webhooks.receivers[${i}]`, secret),
    ) as unknown as ReceiverEntry[],
  }
}

let validate: ReturnType<Ajv2020['compile']> | undefined

function compiled(): ReturnType<Ajv2020['compile']> {
  validate ??= new Ajv2020({ allErrors: false, verbose: true, strict: false }).compile(configSchema())
  return validate
}

function parse(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new ConfigError('STREAMSEAL_CONFIG', `Cannot read the configuration file "${path}": ${reason}`)
  }
  if (text.length > maxBytes)
    throw new ConfigError(
      'STREAMSEAL_CONFIG',
      `Cannot read the configuration file "${path}": it is longer than ${maxBytes} bytes`,
    )
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser's own message quotes what stands there, which may be a key.
    const at = /at position (\d+)/.exec(String(error))?.[1]
    const where = at === undefined ? '' : `, ${lineAndColumn(text, Number(at))}`
    throw new ConfigError(
      'STREAMSEAL_CONFIG',
      `Cannot read the configuration file "${path}": it is not JSON${where}`,
    )
  }
}

function lineAndColumn(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
}

/** The most exact of ajv's errors in words: what stands where, and what was expected. */
function refusal(path: string, value: unknown, errors: readonly ErrorObject[]): ConfigError {
  const error = errors.find(({ keyword }) => keyword !== 'oneOf') ?? errors[0]
  const names = (error?.instancePath ?? '').split('/').slice(1).map(unescapePointer)
  const params = (error?.params ?? {}) as { additionalProperty?: string; allowedValues?: unknown[] }
  if (params.additionalProperty !== undefined) {
    const unknown = placeOf([...names, params.additionalProperty])
    const known = Object.keys((error?.parentSchema as { properties?: object } | undefined)?.properties ?? {})
    return new ConfigError(
      unknown,
      `Cannot use "${unknown}" in "${path}": there is no such setting; known are ${known.join(', ')}`,
    )
  }
  const place = placeOf(names)
  const expected =
    params.allowedValues === undefined ? error?.message : `must be one of ${params.allowedValues.join(', ')}`
  const shown = mayHoldSecret(names, error) ? '' : `=${clip(JSON.stringify(valueAt(value, names)))}`
  return new ConfigError(place, `Cannot use "${place}"${shown} in "${path}": it ${expected}`)
}

/** A key may also stand where a group or an entry is expected, or in a group that stands where a list is. */
function mayHoldSecret(names: readonly string[], error: ErrorObject | undefined): boolean {
  const { type } = (error?.params ?? {}) as { type?: string }
  return type === 'object' || type === 'array' || isSecretPlace(names)
}

function isSecretPlace(names: readonly string[]): boolean {
  const place = names.join('.')
  return (
    /(?:^|\.)(?:apiKey|key|secret)(?:\.|$)/.test(place) ||
    options.some(option => option.kind === 'secret' && option.path === place)
  )
}

function placeOf(names: readonly string[]): string {
  return (
    names.map((name, i) => (/^\d+$/.test(name) ? `[${name}]` : `${i === 0 ? '' : '.'}${name}`)).join('') ||
    'the whole file'
  )
}

function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (Object(inner) as Json)[name], value)
}

function clip(text: string | undefined): string {
  return text === undefined || text.length <= 100 ? String(text) : `${text.slice(0, 100)}…`
}

type ReadSecret = (place: string, given: unknown) => string | undefined

function readSecret(path: string, place: string, given: unknown, env: Environment): string | undefined {
  if (given === undefined || typeof given === 'string') return given
  const { env: variable } = given as { env: string }
  const held = env[variable]?.trim()
  if (held) return held
  throw new ConfigError(
    place,
    `Cannot use "${place}" in "${path}": the environment has no variable "${variable}"`,
  )
}

function toVariable(option: Option, root: Json, path: string, secret: ReadSecret): [string, string][] {
  const value = valueAt(root, option.path.split('.'))
  if (value === undefined) return []
  const text = option.kind === 'secret' ? secret(option.path, value) : textOf(option, value, path)
  return text === undefined ? [] : [[option.variable, text]]
}

function textOf({ kind, words }: Option, value: unknown, path: string): string {
  if (kind === 'switch') return words?.[value === true ? 1 : 0] ?? String(value)
  if (kind === 'list') return (value as string[]).join(',')
  // A path in a file is meant from where the file is.
  return kind === 'path' ? resolve(dirname(path), String(value)) : String(value)
}

function listAt(root: Json, name: string): Json[] {
  return (root[name] ?? []) as Json[]
}

function withSecret(entry: Json, name: string, place: string, secret: ReadSecret): Json {
  const held = secret(`${place}.${name}`, entry[name])
  return held === undefined ? entry : { ...entry, [name]: held }
}
