/** When a passage may be called not comparable, and that no editor gains by it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { type SealerOptions, type SegmentStatus, seal, verify } from './index.ts'

const options: SealerOptions = { signer, claims: { model: 'demo' }, segmentChars: 200 }
const flagged = 'The dose[^1] is 5 mg a day, and that is what it has been for as long as anybody knows here.'
const given = `${prose(4)}\n\n${flagged}\n\n${prose(4, 4)} It is *so*.`
const { text: sealed } = await seal(given, options)
const rendered = sealed.replace('[^1]', '†').replaceAll('*', '')

async function statusesOf(text: string): Promise<SegmentStatus[]> {
  return (await verify(text, { trust })).seals[0]?.segments.map(({ status }) => status) ?? []
}

test('S5 a footnote that a page shows in its own way is not comparable, and the badge says that only a part stands', async () => {
  const report = await verify(rendered, { trust })
  expect(report).toMatchObject({ status: 'excerpt', unsealed: [] })
  expect(report.seals[0]).toMatchObject({ content: 'not-comparable', coverage: 'whole', order: 'ok' })
  const statuses = await statusesOf(rendered)
  expect(statuses.filter(status => status === 'not-comparable')).toHaveLength(1)
  expect(statuses).not.toContain('altered')
})

test.each([
  ['a number', sealed.replace('5 mg', '50 mg')],
  ['a word', sealed.replace('anybody', 'somebody')],
  ['the footnote itself', sealed.replace('[^1]', '[^2]')],
])(
  'S2 a flagged passage that still is source, and in which %s was changed, is altered where everything else is exact',
  async (_, text) => {
    expect((await verify(text, { trust })).status).toBe('altered')
    expect(await statusesOf(text)).not.toContain('not-comparable')
  },
)

test('S2 where nothing else of the text can be compared, a passage that is not comparable leaves nothing: the badge is altered', async () => {
  for (const profile of ['full', 'light'] as const) {
    const alone = await seal(flagged, { ...options, profile })
    const beside = { trust, ...(alone.detached !== undefined && { detached: alone.detached }) }
    const report = await verify(alone.text.replace('[^1]', '†'), beside)
    expect(report.seals[0]).toMatchObject({ content: 'not-comparable', signature: 'valid' })
    expect(report.status).toBe('altered')
    const replaced = await verify(`Anything at all.${alone.text.slice(flagged.length)}`, beside)
    expect(replaced.status).toBe('altered')
  }
})

test('S2 whatever an editor makes of a flagged passage, and of the spaces elsewhere, the badge is no better than excerpt', async () => {
  const at = sealed.indexOf('The dose')
  const end = sealed.indexOf('here.') + 5
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 60 }), fc.boolean(), async (words, isFolded) => {
      fc.pre(words.trim() !== '')
      const edited = sealed.slice(0, at) + words + sealed.slice(end)
      const report = await verify(isFolded ? edited.replaceAll(', ', ',\n') : edited, { trust })
      expect(['excerpt', 'altered']).toContain(report.status)
    }),
    { numRuns: 100 },
  )
})
