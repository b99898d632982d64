/** What an editor changes in a sealed text, as Markdown and on the page: never "reformatted", never excused as "not comparable". */
import { expect, test } from 'vitest'
import { seal, strip, verify } from '../src/index.ts'
import { signer, trust } from '../testing/keys.ts'
import { parse } from './marking.ts'
import { pageText } from './page-text.ts'
import { renderers } from './renderers.ts'

const before = 'The report that we were sent this morning says of it: '
const after = ' and there is nothing to add to what it says about this.'

const edits: readonly (readonly [string, string])[] = [
  ['$5 or $10 a day', '$5 or $90 a day'],
  ['$5 or $10 a day', '$5 or €10 a day'],
  ['take 5[1] mg of it', 'take 51 mg of it'],
  ['take 51 mg of it', 'take 5[1] mg of it'],
  ['take 51 mg of it', 'take 5`1 mg of it'],
  ['pay at pay.palsafe.example now', 'pay at paypal.safe.example now'],
  ['../x first', '/x first'],
  ['the loss was (500) euros', 'the loss was 500 euros'],
  ['it is 5 - x or so', 'it is 5 x or so'],
  ['it is 5! or so', 'it is 5 or so'],
  ['the ratio is 1 : 5 here', 'the ratio is 1 5 here'],
  ['it is 5 · 3 or so', 'it is 5 3 or so'],
  ["we're here", 'were here'],
  ['he is (not) guilty', 'he is not guilty'],
  ['a < b here', 'a \u200f<\u200f b here'],
  ['send it to me', 'send it \u202eto\u202c me'],
  ['send it to me', 'send it \u2067to\u2069 me'],
]

const { html } = renderers.find(({ name }) => name === 'marked') ?? { html: String }

test.each(edits)('S2 %j made %j is altered', async (sealedWords, words) => {
  const sealed = await seal(before + sealedWords + after, { signer, claims: { model: 'demo' } })
  expect(sealed.text).toContain(sealedWords)
  const beside = sealed.detached !== undefined && { detached: sealed.detached }
  const edited = sealed.text.replace(sealedWords, () => words)
  for (const text of [edited, pageText(parse(html(edited)))]) {
    const report = await verify(text, { trust, ...beside })
    expect(report.status).toBe('altered')
    expect(report.seals[0]).toMatchObject({ content: 'altered', signature: 'valid' })
  }
})

test.each(edits)('S5 %j comes back from a page as it was', async sealedWords => {
  const sealed = await seal(before + sealedWords + after, { signer, claims: { model: 'demo' } })
  const page = pageText(parse(html(sealed.text)))
  const beside = sealed.detached !== undefined && { detached: sealed.detached }
  expect((await verify(page, { trust, ...beside })).status).toBe('reformatted')
  expect(strip(sealed.text)).toBe(before + sealedWords + after)
})
