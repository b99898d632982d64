/** Assertions that a signed manifest must not hold, or not like that; each is judged in a manifest that is honest otherwise. */
import { expect, test } from 'vitest'
import type { AssertionBox } from './assertions.ts'
import { hashedUri } from './assertions.ts'
import { encodeCbor } from './cbor.ts'
import { digest } from './digests.ts'
import { writeBox, writeSuperBox } from './jumbf.ts'
import type { C2paReport } from './report.ts'
import { ingredientBox, referencesTo, type SignedBox, signBox, storeOf } from './test/nested-manifests.ts'
import { testSigner } from './test/signers.ts'
import { verifyText } from './verify-text.ts'

const words = 'The cat sat on the mat.'

const assertion = (label: string, data: unknown): AssertionBox => ({
  label,
  box: writeSuperBox('cbor', label, writeBox('cbor', encodeCbor(data))),
})

async function judge(
  more: AssertionBox[],
  claim?: (claim: Map<unknown, unknown>) => void,
  beside: SignedBox[] = [],
): Promise<C2paReport> {
  const { signer, trust } = await testSigner()
  const manifest = storeOf(...beside, await signBox(signer, 1, words, more, claim))
  return verifyText(words, { manifest, trust })
}

const failures = ({ failure }: C2paReport): string[] => failure.map(({ code }) => code)
const actions = (...list: object[]): AssertionBox => assertion('c2pa.actions.v2__1', { actions: list })
const parent = ingredientBox({ relationship: 'parentOf' })
const component = ingredientBox({ relationship: 'componentOf' })
const elsewhere = { url: 'https://example.com/x', alg: 'sha256', hash: new Uint8Array(32) }

test('an assertion of one’s own, and a reference to something elsewhere that is not fetched, are taken', async () => {
  const own = assertion('com.example.note', { url: 'self#jumbf=c2pa.assertions/none' })
  const cloud = assertion('c2pa.cloud-data', { label: 'com.example.x', size: 3, location: elsewhere })
  expect(await judge([own, cloud])).toMatchObject({ state: 'trusted', failure: [] })
})

test.each([
  ['assertion.cloud-data.malformed', 'c2pa.cloud-data', { label: 'com.example.x', size: 3 }],
  ['assertion.cloud-data.malformed', 'c2pa.cloud-data', { size: 3, location: elsewhere }],
  [
    'assertion.cloud-data.malformed',
    'c2pa.cloud-data',
    { label: 'c2pa.actions', size: 3, location: elsewhere },
  ],
  [
    'assertion.cloud-data.hardBinding',
    'c2pa.cloud-data',
    { label: 'c2pa.hash.data', size: 3, location: elsewhere },
  ],
  [
    'algorithm.unsupported',
    'c2pa.cloud-data',
    { label: 'x', size: 3, location: { ...elsewhere, alg: 'md5' } },
  ],
  ['assertion.external-reference.created', 'c2pa.external-reference', { location: elsewhere }],
  ['assertion.timestamp.malformed', 'c2pa.time-stamp', {}],
  ['general.error', 'c2pa.session-keys', { keys: [] }],
  ['general.error', 'c2pa.alternative-content-representation', {}],
  ['general.error', 'c2pa.repository-receipt', {}],
] as const)('%s: "%s" as it must not be', async (code, label, data) => {
  const report = await judge([assertion(label, data)])
  expect(report.state).toBe('invalid')
  expect(failures(report)).toEqual([code])
})

test.each([
  [[], { location: elsewhere }],
  [['assertion.external-reference.malformed'], { location: { url: 'https://example.com', alg: 'sha256' } }],
  [['assertion.external-reference.malformed'], { location: elsewhere, label: 'c2pa.actions' }],
  [['assertion.external-reference.malformed'], { location: {} }],
] as const)('gathered references to something elsewhere come to %j', async (codes, data) => {
  const external = assertion('c2pa.external-reference', data)
  const gathered = [await hashedUri(external)]
  const report = await judge([external], claim => {
    const created = claim.get('created_assertions') as Map<string, string>[]
    claim.set(
      'created_assertions',
      created.filter(each => !each.get('url')?.endsWith('c2pa.external-reference')),
    )
    claim.set('gathered_assertions', gathered)
  })
  expect(failures(report)).toEqual(codes)
})

test('a reference inside an assertion leads to something, and to what it was when it was named', async () => {
  const named = async (change: object): Promise<string[]> => {
    const ingredients = [{ ...(await hashedUri(component)), ...change }]
    return failures(await judge([component, actions({ action: 'c2pa.placed', parameters: { ingredients } })]))
  }
  expect(await named({})).toEqual([])
  expect(await named({ alg: 'sha512', hash: await digest('sha512', component.box.subarray(8)) })).toEqual([])
  expect(await named({ hash: new Uint8Array(32) })).toEqual([
    'assertion.action.ingredientMismatch',
    'hashedURI.mismatch',
  ])
  expect(await named({ alg: 'md5' })).toEqual([
    'assertion.action.ingredientMismatch',
    'algorithm.unsupported',
  ])
  expect(await named({ url: 'self#jumbf=c2pa.assertions/none' })).toEqual([
    'assertion.action.ingredientMismatch',
    'hashedURI.missing',
  ])
})

test('the picture of the software that made a manifest is looked up', async () => {
  const icon = assertion('com.example.icon', { pixels: 1 })
  const withIcon = async (reference: unknown): Promise<string[]> =>
    failures(
      await judge([icon], claim =>
        claim.set('claim_generator_info', { name: 'x', specVersion: '2.4.0', icon: reference }),
      ),
    )
  expect(await withIcon(await hashedUri(icon))).toEqual([])
  expect(await withIcon({ ...(await hashedUri(icon)), hash: new Uint8Array(32) })).toEqual([
    'hashedURI.mismatch',
  ])
  expect(await withIcon('x')).toEqual(['hashedURI.missing'])
})

test.each([
  ['c2pa.opened', 'assertion.action.malformed'],
  ['c2pa.placed', 'assertion.action.ingredientMismatch'],
  ['c2pa.removed', 'assertion.action.ingredientMismatch'],
  ['c2pa.redacted', 'assertion.action.redactionMismatch'],
  ['c2pa.watermarked.bound', 'assertion.action.softBindingMissing'],
])('the action "%s" without what it needs: %s', async (action, code) => {
  expect(failures(await judge([actions({ action })]))).toEqual([code])
})

test('what was transcoded is a parent, and what was placed is a part', async () => {
  const of = async (action: string, ingredient: AssertionBox): Promise<string[]> => {
    const ingredients = [await hashedUri(ingredient)]
    return failures(await judge([ingredient, actions({ action, parameters: { ingredients } })]))
  }
  const wrong = ['assertion.action.ingredientMismatch']
  expect(await of('c2pa.transcoded', parent)).toEqual([])
  expect(await of('c2pa.transcoded', component)).toEqual(wrong)
  expect(await of('c2pa.repackaged', component)).toEqual(wrong)
  expect(await of('c2pa.placed', component)).toEqual([])
  expect(await of('c2pa.placed', parent)).toEqual(wrong)
  expect(await of('c2pa.removed', component)).toEqual(wrong)
})

test('what was removed stood in another manifest', async () => {
  const { signer } = await testSigner()
  const older = await signBox(signer, 2, 'An older text.', [component])
  const { url: _relative, hash } = await hashedUri(component)
  const ingredients = [{ url: `self#jumbf=/c2pa/${older.label}/c2pa.assertions/${component.label}`, hash }]
  const named = ingredientBox({ relationship: 'parentOf', ...(await referencesTo(older)) })
  const removed = actions({ action: 'c2pa.removed', parameters: { ingredients } })
  expect(failures(await judge([named, removed], undefined, [older]))).toEqual([])
})

test('what an action is related to is an assertion of its manifest, and neither an ingredient nor an action', async () => {
  const note = assertion('com.example.note', { x: 1 })
  const related = async (relatedAssertions: unknown): Promise<string[]> =>
    failures(
      await judge([note, component, actions({ action: 'c2pa.edited', parameters: { relatedAssertions } })]),
    )
  expect(await related([await hashedUri(note)])).toEqual([])
  expect(await related([])).toEqual(['assertion.action.malformed'])
  expect(await related([await hashedUri(component)])).toEqual(['assertion.action.malformed'])
  expect(await related([{ ...(await hashedUri(note)), hash: new Uint8Array(32) }])).toEqual([
    'hashedURI.mismatch',
  ])
})

test('a hash that was only gathered binds no text, whatever else is stated to bind one', async () => {
  const boxes = assertion('c2pa.hash.boxes', { boxes: [] })
  const report = await judge([boxes], claim => {
    const links = claim.get('created_assertions') as Map<string, string>[]
    const isHash = (link: Map<string, string>): boolean =>
      link.get('url')?.endsWith('/c2pa.hash.data') === true
    claim.set(
      'created_assertions',
      links.filter(link => !isHash(link)),
    )
    claim.set('gathered_assertions', links.filter(isHash))
  })
  expect(report).toMatchObject({ state: 'invalid', content: 'unknown' })
  expect(failures(report)).toEqual(['claim.hardBindings.missing'])
})
