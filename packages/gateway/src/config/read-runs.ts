/** What is to be done about runs: which answers of `/v1` are kept, and what becomes of a run whose gateway died. */
import { ConfigError } from './config-error.ts'

/** The runs' part of the configuration. */
export interface RunConfig {
  /** Which answers of `/v1` are kept where a request does not say: `parts` keeps those that are read into parts anyway, `on` all, `off` none. */
  readonly keepV1: 'parts' | 'on' | 'off'
  /** What readers get of a run whose gateway died: `tell` says that it is incomplete, `ask-again` asks the model once more where nobody can have seen any of the answer. */
  readonly lost: 'tell' | 'ask-again'
}

/** Reads `STREAMSEAL_KEEP_V1` and `STREAMSEAL_LOST_RUNS`; throws a `ConfigError` for a word that is none of theirs. */
export function readRuns(read: (name: string) => string | undefined): RunConfig {
  const oneOf = <Word extends string>(variable: string, words: readonly [Word, ...Word[]]): Word => {
    const text = read(variable) ?? words[0]
    const word = words.find(candidate => candidate === text)
    if (word !== undefined) return word
    throw new ConfigError(
      variable,
      `Cannot use ${variable}="${text}": expected ${words.map(each => `"${each}"`).join(' or ')}`,
    )
  }
  return {
    keepV1: oneOf('STREAMSEAL_KEEP_V1', ['parts', 'on', 'off']),
    lost: oneOf('STREAMSEAL_LOST_RUNS', ['tell', 'ask-again']),
  }
}
