/** What the configuration says of models by name: where a name leads, and how its answers are sealed. */
import type { Config, SealMode } from '../config/read-config.ts'
import type { ModelEntryConfig } from '../config/read-config-file.ts'

/** Rules by name; `*` at the end of a name stands for any rest. */
export type ModelRules = Readonly<Record<string, ModelEntryConfig>>

/** Whether `name` is meant by `pattern`. */
export function matchesName(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

/** The rule for a name: its own, else the longest pattern's. */
export function ruleFor(rules: ModelRules, name: string): ModelEntryConfig | undefined {
  if (Object.hasOwn(rules, name)) return rules[name]
  const [pattern] = Object.keys(rules)
    .filter(candidate => candidate.endsWith('*') && matchesName(candidate, name))
    .sort((a, b) => b.length - a.length)
  return pattern === undefined ? undefined : rules[pattern]
}

/** How answers of a model are sealed where neither the request nor its key says: as its rule has it, else as the gateway. */
export function sealOfModel(
  { models, seal }: Pick<Config, 'models' | 'seal'>,
  name: string | undefined,
): SealMode {
  return (name === undefined ? undefined : ruleFor(models, name)?.seal) ?? seal
}
