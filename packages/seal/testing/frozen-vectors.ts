/** What keeps version 1 of the format as it is: the digest of each published vector. A vector may be added; none may change or go. */
import { createHash } from 'node:crypto'

/** A file of vectors, as it is published. */
export interface VectorFile {
  readonly description: string
  readonly vectors: readonly object[]
}

/** By the name of a file, by the name of a vector: the SHA-256 of its JSON, in hexadecimal. */
export type FrozenVectors = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The digests of all vectors. */
export function freezeVectors(files: Readonly<Record<string, VectorFile>>): FrozenVectors {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, digestsOf(file)]))
}

/** The frozen vectors that have changed or gone, as `<file>: <vector>`. */
export function changedVectors(frozen: FrozenVectors, files: Readonly<Record<string, VectorFile>>): string[] {
  const now = freezeVectors(files)
  return Object.entries(frozen).flatMap(([file, digests]) =>
    Object.entries(digests)
      .filter(([name, digest]) => now[file]?.[name] !== digest)
      .map(([name]) => `${file}: ${name}`),
  )
}

function digestsOf({ vectors }: VectorFile): Record<string, string> {
  const digests: Record<string, string> = {}
  for (const [index, vector] of vectors.entries()) {
    const digest = createHash('sha256').update(JSON.stringify(vector)).digest('hex')
    const name = nameOf(vector) ?? `number ${index + 1}`
    digests[name in digests ? `${name}, number ${index + 1}` : name] = digest
  }
  return digests
}

/** Where the kind of what is read tells two of one name apart, it is part of the name. */
function nameOf(vector: object): string | undefined {
  const { kind, name } = vector as { kind?: string; name?: string }
  if (name === undefined) return undefined
  return kind === undefined ? name : `${kind}: ${name}`
}
