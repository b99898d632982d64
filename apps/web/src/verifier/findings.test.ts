import {
  createSealer,
  createSigner,
  generateKeys,
  type Report,
  seal,
  trustList,
  verify,
} from '@streamseal/seal'
import { expect, test } from 'vitest'
import { findings } from './findings.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const options = { signer, claims: { model: 'demo' } }
const plain = Array.from(
  { length: 40 },
  (_, number) =>
    `This is sentence number ${number}, and it is long enough that a passage holds a few of its kind.`,
).join(' ')
const sealed = await seal(plain, options)
const look = async (text: string): Promise<Report> => verify(text, { trust: trustList(publicJwk) })

test('an intact text needs no further words', async () => {
  expect(findings(await look(sealed.text))).toEqual([])
})

test('a text without a seal needs none either', async () => {
  expect(findings(await look(plain))).toEqual([])
})

test('a changed word names its passage', async () => {
  const found = findings(await look(sealed.text.replace('sentence number 20', 'paragraph number 20')))
  expect(found).toEqual([expect.stringMatching(/^Passage \d+ was changed after the text was issued\.$/)])
})

test('words that were added are counted', async () => {
  const found = findings(await look(`${sealed.text} Added.`))
  expect(found).toEqual(['6 characters are covered by no seal: added, or written after the last mark.'])
})

test('an answer that was stopped says so in the words of its issuer', async () => {
  const sealer = createSealer(options)
  const text = sealer.feed(plain)
  const end = await sealer.finish('aborted')
  expect(findings(await look(text + end.text))).toContain(
    'The issuer says that the answer was stopped before its end.',
  )
})

test('hidden data of others is named', async () => {
  const found = findings(await look(`${plain} \u{E0068}\u{E0065}\u{E006C}\u{E006C}\u{E006F}\u{E0077}`))
  expect(found).toEqual(['The text also hides other data: a run of tag characters.'])
})
