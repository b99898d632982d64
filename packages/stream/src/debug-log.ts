/** Debug lines on standard error, for the namespaces that `DEBUG` names: `DEBUG=streamseal:*`, `DEBUG=streamseal:http,streamseal:run`. Never a key, never a word of a prompt or an answer. */

/** Where a line belongs. */
export type DebugNamespace = 'streamseal:http' | 'streamseal:run' | 'streamseal:retry' | 'streamseal:handler'

/** Writes a line, or does nothing where the namespace is off. */
export type DebugLog = (
  event: string,
  facts?: Readonly<Record<string, string | number | boolean | undefined>>,
) => void

/** A logger; whether it is on is decided when the first line is written. */
export function createDebugLog(namespace: DebugNamespace): DebugLog {
  let on: boolean | undefined
  return (event, facts = {}) => {
    on ??= isNamed(namespace, process.env.DEBUG ?? '')
    if (!on) return
    const told = Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    )
    process.stderr.write(`${new Date().toISOString()} ${namespace} ${[event, ...told].join(' ')}\n`)
  }
}

/** As the `debug` package has it: names with `*`, between commas or spaces, a leading `-` takes out. */
export function isNamed(namespace: string, patterns: string): boolean {
  const names = patterns.split(/[\s,]+/).filter(name => name !== '')
  const matches = (name: string): boolean =>
    new RegExp(`^${name.split('*').map(escapePattern).join('.*')}$`).test(namespace)
  if (names.some(name => name.startsWith('-') && matches(name.slice(1)))) return false
  return names.some(matches)
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
