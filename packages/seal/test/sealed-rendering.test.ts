/** Sealed answers, rendered and copied out of the page: what `verify` says of each segment. */
import { expect, test } from 'vitest'
import { seal, strip, verify } from '../src/index.ts'
import { signer, trust } from '../testing/keys.ts'
import { answers } from './corpus.ts'
import { contamination, parse } from './marking.ts'
import { pageText } from './page-text.ts'
import { type Renderer, renderers } from './renderers.ts'

const sealed = await Promise.all(
  answers.map(async ({ name, text }) => ({
    name,
    text,
    end: await seal(text, { signer, claims: { model: 'demo' }, segmentChars: 200 }),
  })),
)

async function gradesIn({ html }: Renderer) {
  const grades = new Map<string, number>()
  const altered: string[] = []
  for (const { name, end } of sealed) {
    const page = pageText(parse(html(end.text)))
    const report = await verify(page, {
      trust,
      ...(end.detached !== undefined && { detached: end.detached }),
    })
    for (const { index, status } of report.seals[0]?.segments ?? []) {
      grades.set(status, (grades.get(status) ?? 0) + 1)
      if (status === 'altered') altered.push(`${name} ${index}`)
    }
  }
  return { grades, altered }
}

test('S5 every sealed answer is intact before it is rendered', async () => {
  for (const { text, end } of sealed) {
    expect(await verify(end.text, { trust, ...end })).toMatchObject({ status: 'intact', text })
  }
})

test.each(renderers.map(renderer => [renderer.name, renderer] as const))(
  'S5 S8 sealed answers rendered by %s and copied out are reformatted or better, and none is altered',
  async (_, renderer) => {
    const { grades, altered } = await gradesIn(renderer)
    const count = [...grades.values()].reduce((sum, n) => sum + n, 0)
    const kept = (grades.get('intact') ?? 0) + (grades.get('reformatted') ?? 0)
    expect(altered).toEqual([])
    expect(kept / count).toBeGreaterThanOrEqual(0.95)
  },
)

test.each(renderers.map(renderer => [renderer.name, renderer] as const))(
  'S8 S9 marks change nothing that %s renders, and none is in code, an attribute, a comment or maths',
  (_, { html }) => {
    for (const { text, end } of sealed) {
      const rendered = html(end.text)
      expect(strip(rendered)).toBe(html(text))
      expect(contamination(rendered)).toEqual([])
    }
  },
)
