/** Answers sealed while they stream, rendered and copied out of the page. */
import { expect, test } from 'vitest'
import { createSealer, type SegmentReport, verify } from '../src/index.ts'
import { signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { answers } from './corpus.ts'
import { parse } from './marking.ts'
import { pageText } from './page-text.ts'
import { renderers } from './renderers.ts'

async function streamed(text: string, segmentChars = 200) {
  const sealer = createSealer({ signer, claims: { model: 'demo' }, segmentChars })
  let sent = ''
  for (const piece of text.match(/.{1,5}/gs) ?? []) sent += sealer.feed(piece)
  const { text: end, detached } = await sealer.finish()
  return { text: sent + end, ...(detached !== undefined && { detached }) }
}

/** What renderers disagree about, between prose: in the first lines and behind some. */
const disputed: readonly string[] = [
  'The dose[^1] is 5 mg a day, and that is what it has been for as long as anybody knows.',
  '$$\nE = mc^2 + 5\n$$\n\nAnd $x^2$ is that, as they say in all of the books that we know of.',
  '<details><summary>More</summary>\n\nHidden words are here, and there are many of them.\n\n</details>',
  'See [the page][1] for it, which has been there for as long as anybody knows here.\n\n[1]: https://x.y',
].flatMap(middle => [2, 4, 8].map(count => `${prose(count)}\n\n${middle}\n\n${prose(6, 8)}`))

async function segmentsOn(page: string, detached: string | undefined): Promise<SegmentReport[]> {
  const report = await verify(page, { trust, ...(detached !== undefined && { detached }) })
  return report.seals[0]?.segments ?? []
}

test.each(renderers.map(({ name, html }) => [name, html] as const))(
  'S5 nothing that streamed and was rendered by %s and copied, words before it or not, is altered',
  async (_, html) => {
    for (const text of [...disputed, ...answers.map(answer => answer.text)]) {
      const sealed = await streamed(text)
      for (const words of ['', 'They say this: ']) {
        const page = words + pageText(parse(html(sealed.text)))
        const statuses = (await segmentsOn(page, sealed.detached)).map(({ status }) => status)
        expect([text, statuses.filter(status => status === 'altered')]).toEqual([text, []])
      }
    }
  },
)

test('S5 in a stream, too, a segment ends before what renderers disagree about: the prose before it is vouched for', async () => {
  for (const text of disputed) {
    const before = text.slice(0, text.indexOf('\n\n')).length
    for (const { name, html } of renderers) {
      const sealed = await streamed(text)
      const segments = await segmentsOn(pageText(parse(html(sealed.text))), sealed.detached)
      const held = segments.filter(({ status }) => status === 'intact' || status === 'reformatted')
      const reach = Math.max(...held.filter(({ start }) => start < before).map(({ end }) => end))
      expect([text, name, reach >= before - 2]).toEqual([text, name, true])
    }
  }
})
