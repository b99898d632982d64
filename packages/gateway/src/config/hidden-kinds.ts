/** The kinds of hidden characters, as settings and the command line name them. */
import type { Removed } from '@streamseal/seal'

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

/** Their names. */
export const hiddenKinds: readonly Removed['kind'][] = Object.keys(kinds) as Removed['kind'][]
