/** The kinds of hidden payloads that `sanitize` can be told to keep. */
import type { Removed } from '@streamseal/seal'
import { UsageError } from './usage-error.ts'

/** Complete, because the compiler says so. */
const kinds: Readonly<Record<Removed['kind'], true>> = {
  seal: true,
  encypher: true,
  c2pa: true,
  selectors: true,
  tags: true,
  'zero-width': true,
  'soft-hyphens': true,
  bidi: true,
  blanks: true,
  'private-use': true,
  controls: true,
}

/** Their names, as `--keep` takes them. */
export const hiddenKinds: readonly string[] = Object.keys(kinds)

/** Reads a list of kinds, separated by commas. */
export function toHiddenKinds(list: string): Removed['kind'][] {
  return list.split(',').map(part => {
    const name = part.trim()
    if (Object.hasOwn(kinds, name)) return name as Removed['kind']
    throw new UsageError(`Cannot keep "${name}": it is none of ${hiddenKinds.join(', ')}`)
  })
}
