/** The configuration as a program is started with it: flags before the environment, before the file, before the defaults. */
import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import type { Environment } from './environment.ts'
import { flagOf, options } from './options.ts'
import { type Config, readConfig } from './read-config.ts'
import { type ConfigFile, readConfigFile } from './read-config-file.ts'

/** What a configuration is loaded from. */
export interface LoadOptions {
  /** Flags, by the variables that they stand for. */
  readonly flags?: Environment
  /** The file; default: what `STREAMSEAL_CONFIG` names, or none. */
  readonly file?: string
}

/**
 * Loads it, or throws a `ConfigError` that quotes the value and says where it stands. No file is looked for: one that lies
 * in a folder of somebody else's could send the keys of the environment to a server of theirs.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { loadConfig } from 'streamseal'
 *
 * assert.equal(loadConfig({ PORT: '9000' }, { flags: { PORT: '9001' } }).port, 9001)
 * assert.throws(() => loadConfig({ STREAMSEAL_CONFIG: '/nowhere.json' }), /"\/nowhere.json": ENOENT/)
 * ```
 */
export function loadConfig(env: Environment, { flags = {}, file }: LoadOptions = {}): Config {
  const path = file ?? (env.STREAMSEAL_CONFIG?.trim() || undefined)
  const read = path === undefined ? undefined : readConfigFile(resolve(path), env)
  try {
    return readConfig(merged([flags, env, read?.variables ?? {}]), read)
  } catch (error) {
    throw error instanceof ConfigError ? withPlace(error, { flags, env, read }) : error
  }
}

/** The first that says anything wins; an empty variable says nothing. */
function merged(layers: readonly Environment[]): Environment {
  const values: Record<string, string | undefined> = {}
  for (const layer of [...layers].reverse())
    for (const [name, value] of Object.entries(layer)) if (value?.trim()) values[name] = value
  return values
}

interface Layers {
  readonly flags: Environment
  readonly env: Environment
  readonly read: ConfigFile | undefined
}

/** Says where the value stands, unless that is the variable that the message names already. */
function withPlace(error: ConfigError, { flags, env, read }: Layers): ConfigError {
  const { variable, message } = error
  const option = options.find(row => row.variable === variable)
  if (option === undefined) return error
  if (flags[variable]?.trim()) return new ConfigError(variable, `${message} (--${flagOf(option)})`)
  if (env[variable]?.trim() || !read?.variables[variable]) return error
  return new ConfigError(variable, `${message} ("${option.path}" in "${read.path}")`)
}
