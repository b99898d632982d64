/** Report vectors for links: which marks are held against each other, and which are not. */
import { encodeDetached } from '../src/detached.ts'
import { type SealerOptions, type Signer, seal, strip } from '../src/index.ts'
import { unmark } from '../src/unmark.ts'
import { otherSigner } from './keys.ts'
import type { Given } from './more-reports.ts'
import { prose } from './texts.ts'

const endsInCode = (seed: number) => `${prose(16, seed)}\n\n\`\`\`\ncode ${seed}\n\`\`\`\n`

/** One line for each: the name says which rule. */
export async function linkReports(base: SealerOptions): Promise<Given[]> {
  const [one, other, forged] = await Promise.all([
    partsOf(prose(16), base),
    partsOf(prose(16, 50), base),
    partsOf(prose(16, 50), { ...base, signer: forgerOf(base.signer) }),
  ])
  const end = one.slice(2, -1)
  const half = strip(String(other[1])).length / 2
  const code = (await seal(endsInCode(0), base)).text
  return [
    { name: 'links: a stranger’s, of two texts', text: [one[0], other[1]].join(''), trust: [] },
    {
      name: 'links: a forged segment between two is not held against either',
      text: [one[0], forged[1], ...end].join(''),
    },
    {
      name: 'links: what is left of a cut segment is not held against the next',
      text: [other[1]?.slice(half), ...end].join(''),
    },
    { name: 'links: a segment and the closing behind a gap', text: [one[0], other.at(-1)].join('') },
    { name: 'links: the closing beside, of another text', ...besideOther(one.slice(0, -1), other) },
    {
      name: 'links: an early closing of another text',
      text: closedBy(code, (await seal(endsInCode(50), base)).text),
    },
    { name: 'links: segments beside, of two texts', ...besideOnly([one[1], other[2]]) },
  ]
}

/** Signs with another key under the same id. */
function forgerOf(signer: Signer): Signer {
  return { ...otherSigner, keyId: signer.keyId }
}

async function partsOf(text: string, base: SealerOptions): Promise<string[]> {
  return (await seal(text, base)).text.match(/[^\udb40]+(?:\udb40[\udd00-\uddef])*/g) ?? []
}

function besideOther(segments: readonly string[], other: readonly string[]): Omit<Given, 'name'> {
  const closing = unmark(other.join('')).marks.slice(-1)
  return { text: segments.join(''), detached: encodeDetached(closing.map(({ payload }) => payload)) }
}

function besideOnly(segments: readonly (string | undefined)[]): Omit<Given, 'name'> {
  const given = segments.join('')
  return { text: strip(given), detached: encodeDetached(unmark(given).marks.map(({ payload }) => payload)) }
}

/** The first text with the last mark of the other one in place of its own. */
function closedBy(text: string, other: string): string {
  const [own, theirs] = [text, other].map(sealed => unmark(sealed).marks.at(-1))
  if (!own || !theirs) throw new TypeError('a sealed text has no marks')
  return text.slice(0, own.start) + other.slice(theirs.start, theirs.end) + text.slice(own.end)
}
