/** What is no Markdown is not read as Markdown when it is verified. */
import { expect, test } from 'vitest'
import { signer, trust } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { createSealer, type Format, type SealEnd, type SealerOptions, seal, verify } from './index.ts'

const options: SealerOptions = { signer, claims: { model: 'demo' }, segmentChars: 200 }
const code = 'if (a - b > 1) {\r\n\trun("x y", [1, 2]);\r\n}\r\n'

async function statusOf(sealed: SealEnd, handle: (text: string) => string): Promise<string> {
  const { text, ...beside } = sealed
  return (await verify(handle(text), { trust, ...beside })).status
}

async function streamed(text: string, format: Format): Promise<SealEnd> {
  const sealer = createSealer({ ...options, format })
  let sent = ''
  for (const unit of text) sent += sealer.feed(unit)
  const end = await sealer.finish()
  return { ...end, text: sent + end.text }
}

test.each<[string, (text: string) => string]>([
  ['a link is put under a word', text => text.replace('bridge', '[bridge](https://evil.example/)')],
  ['a word is put into a comment', text => text.replace('bridge', '<!-- no --> bridge')],
  ['a list number is added', text => `1. ${text}`],
])('S2 plain text is not reformatted where %s', async (_, handle) => {
  for (const sealed of [
    await seal(prose(8), { ...options, format: 'plain' }),
    await streamed(prose(8), 'plain'),
  ]) {
    expect(await statusOf(sealed, text => text)).toBe('intact')
    expect(await statusOf(sealed, text => text.replaceAll(', ', ',\n'))).toBe('reformatted')
    expect(['altered', 'excerpt']).toContain(await statusOf(sealed, handle))
  }
  const markdown = await seal(prose(8), options)
  expect(await statusOf(markdown, text => text.replace('bridge', '[bridge](https://else.example/)'))).toBe(
    'reformatted',
  )
})

test.each<[string, (text: string) => string, string]>([
  ['untouched', text => text, 'intact'],
  ['with other line ends', text => text.replaceAll('\r\n', '\n'), 'reformatted'],
  ['without its last line end', text => text.trimEnd(), 'reformatted'],
  ['with spaces before a line end', text => text.replace('{', '{  '), 'reformatted'],
  ['indented otherwise', text => text.replace('\t', '  '), 'altered'],
  ['with a sign taken out', text => text.replace('a - b', 'a b'), 'altered'],
  ['with a bracket moved', text => text.replace('[1, 2]', '[1], 2'), 'altered'],
  ['with other quotes', text => text.replaceAll('"', "'"), 'altered'],
  ['with a space in a text', text => text.replace('x y', 'x  y'), 'altered'],
  ['with an invisible character', text => text.replace('run', 'ru\u200bn'), 'altered'],
  ['with a bracket behind it', text => `${text}}`, 'excerpt'],
  ['with words before it', text => `see: ${text}`, 'excerpt'],
])('S2 S5 code %s: %#', async (_, handle, status) => {
  for (const format of ['code', 'json'] as const) {
    for (const sealed of [await seal(code, { ...options, format }), await streamed(code, format)]) {
      expect(await statusOf(sealed, handle)).toBe(status)
    }
  }
})

test('S7 code is sealed alike however it was cut, marks of an older seal in it included', async () => {
  const fixed = { ...options, streamId: '0123456789abcdef', now: 0, format: 'code' as const }
  const older = (await seal('An older sentence.', options)).text
  const text = `${older}\r\n${code}`
  const sealer = createSealer(fixed)
  for (const unit of text.split('')) sealer.feed(unit)
  expect((await sealer.finish()).detached).toBe((await seal(text, fixed)).detached)
})
