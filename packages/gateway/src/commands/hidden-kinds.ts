/** The kinds of hidden payloads that `sanitize` can be told to keep. */
import type { Removed } from '@streamseal/seal'
import { hiddenKinds } from '../config/hidden-kinds.ts'
import { UsageError } from './usage-error.ts'

/** Reads a list of kinds, separated by commas. */
export function toHiddenKinds(list: string): Removed['kind'][] {
  return list.split(',').map(part => {
    const name = part.trim()
    const kind = hiddenKinds.find(candidate => candidate === name)
    if (kind !== undefined) return kind
    throw new UsageError(`Cannot keep "${name}": it is none of ${hiddenKinds.join(', ')}`)
  })
}
