/** The published vectors are what this code makes and says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeVectors } from '../testing/vectors.ts'

const folder = new URL('../../../vectors/seal/', import.meta.url)
const made = Object.entries(await makeVectors())

test.each(made)(
  'S2 S3 S4 S10 S11 S12 the vectors of %s are up to date (npm run seal-vectors)',
  (name, file) => {
    const published: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    expect(JSON.parse(JSON.stringify(file))).toEqual(published)
  },
)
