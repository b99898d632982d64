import {
  createC2paSigner,
  createDevelopmentChain,
  signText,
  trustAnchors,
  verifyText,
} from '@streamseal/c2pa'
import { expect, test } from 'vitest'
import { c2paFacts, c2paHeadline } from './c2pa-words.ts'

const { privateKey, chain, root } = await createDevelopmentChain()
const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
const trust = trustAnchors(root, { allowDevelopment: true })
const { text } = await signText('The cat sat.', { signer, claims: { model: 'demo-1' } })

test('a signer whom no trust list knows is not vouched for, and what the manifest states is shown', async () => {
  const report = await verifyText(text)
  expect(c2paHeadline(report)).toMatch(/as it was signed\. Who signed it is not known/)
  expect(c2paFacts(report)).toEqual([
    { name: 'Signed by', value: expect.stringMatching(/development only\)$/) },
    { name: 'Model', value: 'demo-1' },
    { name: 'How it was made', value: 'by generative AI' },
    { name: 'When', value: expect.stringMatching(/^\d{4}-/) },
  ])
  expect(c2paHeadline(await verifyText(text, { trust }))).toMatch(/whom the trust list knows/)
})

test('an altered text says so, and nothing of its manifest is stated', async () => {
  const report = await verifyText(text.replace('cat', 'dog'), { trust })
  expect(c2paHeadline(report)).toMatch(/^The text was changed/)
  expect(c2paFacts(report)).toEqual([])
})

test('a broken manifest is told from altered words', async () => {
  const report = await verifyText(text + text.slice('The cat sat.'.length))
  expect(c2paHeadline(report)).toMatch(/^The C2PA manifest does not hold\. ./)
  expect(c2paHeadline(await verifyText('The cat sat.'))).toMatch(/^There is no C2PA manifest/)
})

test('where nothing can be compared, that is said in plain words', async () => {
  const cut = await verifyText(text.slice(0, -3))
  expect(c2paHeadline(cut)).toMatch(/does not hold\. .+ Whether the words were changed cannot be told\.$/)
  const twice = await verifyText(`a${'\u0301'.repeat(200)}${text}`)
  expect(c2paHeadline(twice)).toMatch(/Whether the words were changed cannot be told\.$/)
  const partly = { ...(await verifyText(text, { trust })), content: 'unknown' } as const
  expect(c2paHeadline(partly)).toBe(
    'The text was signed, by someone whom the trust list knows. Parts of it were left out, and may have been changed since.',
  )
})

test('what a text was made from is told, with what is known of it', async () => {
  const ingredients = [{ title: 'An older text', relationship: 'inputTo' as const }]
  const made = await verifyText((await signText('Hello.', { signer, claims: { ingredients } })).text, {
    trust,
  })
  expect(c2paFacts(made)).toContainEqual({
    name: 'Made from',
    value: 'An older text (without a manifest of its own)',
  })
})
