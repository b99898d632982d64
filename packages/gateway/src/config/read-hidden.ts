/** What is done about hidden characters in prompts. */
import type { Removed } from '@streamseal/seal'
import { ConfigError } from './config-error.ts'
import { hiddenKinds } from './hidden-kinds.ts'

/** From the mildest to the strictest: nothing is looked for, what is found is told, taken out, or the request is refused. */
export const hiddenPolicies = ['keep', 'flag', 'remove', 'refuse'] as const

/** One of them. */
export type HiddenPolicy = (typeof hiddenPolicies)[number]

/** The part of the configuration. */
export interface HiddenConfig {
  readonly policy: HiddenPolicy
  /** Kinds that are nothing to hide, such as private use where an app has an icon font. */
  readonly keep: readonly Removed['kind'][]
}

/** Reads `STREAMSEAL_HIDDEN` and `STREAMSEAL_HIDDEN_KEEP`; throws a `ConfigError` for a word that is none of theirs. */
export function readHidden(read: (name: string) => string | undefined): HiddenConfig {
  const word = read('STREAMSEAL_HIDDEN') ?? 'flag'
  const policy = hiddenPolicies.find(candidate => candidate === word)
  if (policy === undefined) throw unusable('STREAMSEAL_HIDDEN', word, hiddenPolicies)
  const names = (read('STREAMSEAL_HIDDEN_KEEP') ?? '').split(',').map(name => name.trim())
  const keep = names
    .filter(name => name !== '')
    .map(name => {
      const kind = hiddenKinds.find(candidate => candidate === name)
      if (kind === undefined) throw unusable('STREAMSEAL_HIDDEN_KEEP', name, hiddenKinds)
      return kind
    })
  return { policy, keep }
}

function unusable(variable: string, word: string, words: readonly string[]): ConfigError {
  return new ConfigError(variable, `Cannot use ${variable}="${word}": expected one of ${words.join(', ')}`)
}
