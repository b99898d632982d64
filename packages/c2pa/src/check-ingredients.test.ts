import { expect, test } from 'vitest'
import type { Bytes } from './bytes.ts'
import { utf8 } from './bytes.ts'
import { MAX_INGREDIENT_DEPTH } from './check-ingredients.ts'
import type { C2paReport, IngredientReport } from './report.ts'
import { reportTree } from './report-tree.ts'
import {
  ingredientBox,
  labelOf,
  referencesTo,
  type SignedBox,
  signBox,
  storeOf,
} from './test/nested-manifests.ts'
import { newSigner, testSigner } from './test/signers.ts'
import { verifyText } from './verify-text.ts'

const words = 'The cat sat on the mat.'
const DAY_MS = 86_400_000

const judge = async (manifest: Bytes): Promise<C2paReport> =>
  verifyText(words, { manifest, trust: (await testSigner()).trust })

const failures = ({ failure }: Pick<C2paReport, 'failure'>): string[] => failure.map(({ code }) => code)

/** The bytes of a manifest with one word of it replaced by another of the same length. */
function replaced(manifest: SignedBox, from: string, to: string): SignedBox {
  const bytes = manifest.bytes.slice()
  bytes.set(utf8(to), String.fromCharCode(...bytes).indexOf(from))
  return { ...manifest, bytes }
}

/** An active manifest over an ingredient, both signed, with what a test changes of either. */
async function nested(
  change: {
    ingredient?: (signed: SignedBox) => SignedBox
    named?: (references: Record<string, unknown>) => Record<string, unknown>
    claim?: (claim: Map<unknown, unknown>) => void
    /** Whether the change was made before the ingredient was taken in: then its hash is that of what was changed. */
    before?: boolean
  } = {},
): Promise<C2paReport> {
  const { signer } = await testSigner()
  const { ingredient = same => same, named = same => same, claim, before = false } = change
  const honest = await signBox(signer, 1, 'An older text.')
  const altered = ingredient(honest)
  const seen = before ? reread(altered) : honest
  const assertion = ingredientBox(named(await referencesTo(seen)))
  return judge(storeOf(altered, await signBox(signer, 2, words, [assertion], claim)))
}

const reread = (manifest: SignedBox): SignedBox => ({
  ...manifest,
  box: { ...manifest.box, payload: manifest.bytes.slice(8) },
})

const only = (report: C2paReport): IngredientReport => {
  const [ingredient] = report.ingredients ?? []
  if (!ingredient) throw new Error('The report names no ingredient')
  return ingredient
}

test('the manifest of an ingredient is judged like one’s own, but for its text, which is not at hand', async () => {
  const report = await nested()
  expect(report).toMatchObject({ state: 'trusted', failure: [], content: 'intact' })
  const ingredient = only(report)
  expect(ingredient).toMatchObject({
    state: 'trusted',
    title: 'What came before',
    relationship: 'inputTo',
    failure: [],
    manifest: { id: labelOf(1), models: ['model-1'] },
    ingredients: [],
  })
  const codes = ingredient.success.map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(['ingredient.manifest.validated', 'claimSignature.validated']))
  expect(codes).not.toContain('assertion.dataHash.match')
  expect(report.success.map(({ code }) => code)).toContain('ingredient.manifest.validated')
})

test.each([
  ['ingredient.manifest.mismatch', { ingredient: each => replaced(each, 'model-1', 'model-9') }],
  [
    'ingredient.manifest.missing',
    { named: each => ({ ...each, activeManifest: { url: 'self#jumbf=/c2pa/urn:c2pa:x', hash: utf8('x') } }) },
  ],
  ['assertion.ingredient.malformed', { named: ({ activeManifest }) => ({ activeManifest }) }],
  ['assertion.ingredient.malformed', { named: each => ({ ...each, relationship: 'cousinOf' }) }],
  ['assertion.ingredient.malformed', { named: each => ({ ...each, digitalSourceType: 'x' }) }],
  [
    'assertion.hashedURI.mismatch',
    { ingredient: each => replaced(each, 'model-1', 'model-9'), before: true },
  ],
  ['claimSignature.mismatch', { ingredient: each => replaced(each, 'xmp:iid:1', 'xmp:iid:9'), before: true }],
] satisfies [string, Parameters<typeof nested>[0]][])(
  '%s: whoever names such an ingredient is not valid, and the report says which it is',
  async (code, change) => {
    const report = await nested(change)
    expect(report.state).toBe('invalid')
    expect(failures(report)).toContain(code)
    const ingredient = only(report)
    expect(ingredient.state).toBe('invalid')
    expect(failures(ingredient)).toContain(code)
    expect(ingredient.manifest).toBeUndefined()
    expect(report.failure.find(each => each.code === code)?.url).toBe(ingredient.url)
  },
)

test('what whoever took an ingredient in says to have seen is told, and does not count against them', async () => {
  const failure = [{ code: 'claimSignature.mismatch', url: 'x' }]
  const report = await nested({
    ingredient: each => replaced(each, 'xmp:iid:1', 'xmp:iid:9'),
    before: true,
    named: each => ({ ...each, validationResults: { activeManifest: { failure } } }),
  })
  expect(report.state).toBe('trusted')
  expect(only(report)).toMatchObject({ state: 'invalid', recorded: ['claimSignature.mismatch'] })
})

test('an ingredient of which it was recorded that it is not what was signed is invalid, though its manifest holds', async () => {
  const failure = [{ code: 'assertion.dataHash.mismatch' }]
  const report = await nested({
    named: each => ({ ...each, validationResults: { activeManifest: { failure } } }),
  })
  expect(report.state).toBe('trusted')
  expect(only(report)).toMatchObject({
    state: 'invalid',
    failure: [],
    recorded: ['assertion.dataHash.mismatch'],
  })
  expect(only(report).manifest).toBeUndefined()
})

test('nobody can record beforehand that a manifest will be another one', async () => {
  const failure = [{ code: 'ingredient.manifest.mismatch' }]
  const report = await nested({
    ingredient: each => replaced(each, 'model-1', 'model-9'),
    named: each => ({ ...each, validationResults: { activeManifest: { failure } } }),
  })
  expect(report.state).toBe('invalid')
})

test('an ingredient’s unknown or expired signer is told of the ingredient, and its claims are not', async () => {
  const { signer } = await testSigner()
  const stranger = await newSigner()
  const gone = await newSigner({ notBefore: new Date(Date.now() - 30 * DAY_MS), days: 10 })
  const unknown = await signBox(stranger.signer, 1, 'One.')
  const expired = await signBox(gone.signer, 2, 'Two.')
  const assertions = [
    ingredientBox(await referencesTo(unknown)),
    ingredientBox(await referencesTo(expired), 1),
  ]
  const report = await judge(storeOf(unknown, expired, await signBox(signer, 3, words, assertions)))
  expect(report.state).toBe('trusted')
  expect(report.ingredients?.map(({ state }) => state)).toEqual(['valid', 'invalid'])
  expect(report.ingredients?.[1]?.manifest).toBeUndefined()
  expect(failures(report.ingredients?.[1] ?? report)).toContain('claimSignature.outsideValidity')
})

test('an ingredient without a manifest is of unknown provenance, unless it was only an input', async () => {
  const { signer } = await testSigner()
  const assertions = [ingredientBox({ relationship: 'componentOf' }), ingredientBox({}, 1)]
  const report = await judge(storeOf(await signBox(signer, 1, words, assertions)))
  expect(report.state).toBe('trusted')
  expect(report.informational.map(({ code }) => code)).toEqual(['ingredient.unknownProvenance'])
  expect(report.ingredients?.map(({ state }) => state)).toEqual(['unmarked', 'unmarked'])
})

test('what a later claim takes out of an ingredient is not missed, and is not left there', async () => {
  const { signer } = await testSigner()
  const honest = await signBox(signer, 1, 'An older text.')
  const redact = (label: string) => (claim: Map<unknown, unknown>) =>
    claim.set('redacted_assertions', [`self#jumbf=/c2pa/${labelOf(1)}/c2pa.assertions/${label}`])
  const over = async (taken: SignedBox, label: string): Promise<C2paReport> => {
    const assertion = ingredientBox(await referencesTo(honest))
    return judge(storeOf(taken, await signBox(signer, 2, words, [assertion], redact(label))))
  }
  const zeroed = zeroContents(honest, 'c2pa.ai-disclosure')
  const report = await over(zeroed, 'c2pa.ai-disclosure')
  expect(report).toMatchObject({ state: 'trusted', failure: [] })
  expect(only(report).success.map(({ code }) => code)).toContain('ingredient.claimSignature.validated')
  expect(failures(await over(honest, 'c2pa.ai-disclosure'))).toEqual(['assertion.notRedacted'])
  expect(failures(await over(honest, 'c2pa.actions.v2'))).toEqual(['assertion.action.redacted'])
  expect(failures(await over(honest, 'c2pa.hash.data'))).toEqual(['assertion.hardBinding.redacted'])
  expect(failures(await over(zeroed, 'c2pa.metadata'))).toEqual(
    expect.arrayContaining(['assertion.notRedacted', 'assertion.hashedURI.mismatch']),
  )
})

/** Zeros where the contents of an assertion were. */
function zeroContents(manifest: SignedBox, label: string): SignedBox {
  const bytes = manifest.bytes.slice()
  const assertion = manifest.box.boxes.flatMap(each => each.boxes).find(each => each.label === label)
  const [content] = assertion?.contents ?? []
  if (!content) throw new Error(`There is no "${label}"`)
  bytes.fill(
    0,
    8 + offsetIn(manifest, content.payload),
    8 + offsetIn(manifest, content.payload) + content.payload.length,
  )
  return { ...manifest, bytes }
}

const offsetIn = ({ box }: SignedBox, part: Bytes): number => part.byteOffset - box.payload.byteOffset

test('ingredients of ingredients are followed, and the report shows the tree', async () => {
  const { signer } = await testSigner()
  const first = await signBox(signer, 1, 'One.')
  const second = await signBox(signer, 2, 'Two.', [ingredientBox(await referencesTo(first))])
  const third = await signBox(signer, 3, words, [ingredientBox(await referencesTo(second))])
  const report = await judge(storeOf(first, second, third))
  expect(report.state).toBe('trusted')
  expect(only(report).ingredients[0]).toMatchObject({ state: 'trusted', manifest: { models: ['model-1'] } })
  expect(reportTree(report)).toMatch(
    /ingredient "What came before" \("inputTo"\): trusted\n(?:.*\n)* +.*ingredient "What came before" \("inputTo"\): trusted/,
  )
  const broken = await judge(storeOf(replaced(first, 'model-1', 'model-9'), second, third))
  expect(broken.state).toBe('invalid')
  expect(failures(broken)).toContain('ingredient.manifest.mismatch')
})

test('more depth than is followed makes a manifest invalid, and so does one that names itself', async () => {
  const { signer } = await testSigner()
  const all: SignedBox[] = [await signBox(signer, 0, 'The first.')]
  for (let number = 1; number <= MAX_INGREDIENT_DEPTH + 1; number++) {
    const last = all[number - 1] as SignedBox
    all.push(await signBox(signer, number, words, [ingredientBox(await referencesTo(last))]))
  }
  expect((await judge(storeOf(...all.slice(0, -1)))).state).toBe('trusted')
  expect(failures(await judge(storeOf(...all)))).toEqual(['general.error'])
  const own = { activeManifest: { url: `self#jumbf=/c2pa/${labelOf(1)}`, hash: utf8('x') } }
  const loop = await judge(storeOf(await signBox(signer, 1, words, [ingredientBox(own)])))
  expect(failures(loop)).toEqual(expect.arrayContaining(['ingredient.manifest.mismatch', 'general.error']))
})

test('many ingredients of many ingredients take a bounded time, and are refused', async () => {
  const { signer } = await testSigner()
  let layer: SignedBox[] = []
  const all: SignedBox[] = []
  for (let depth = 0; depth < 5; depth++) {
    const boxes: SignedBox[] = []
    for (let at = 0; at < 6; at++) {
      const references = await Promise.all(layer.map(referencesTo))
      boxes.push(await signBox(signer, depth * 6 + at, words, references.map(ingredientBox)))
    }
    all.push(...boxes)
    layer = boxes
  }
  expect(failures(await judge(storeOf(...all)))).toEqual(['general.error'])
})

test('manifests that nobody names are passed over, whatever they are', async () => {
  const { signer } = await testSigner()
  const stray = replaced(await signBox(signer, 1, 'One.'), 'model-1', 'model-9')
  const report = await judge(storeOf(stray, await signBox(signer, 2, words)))
  expect(report).toMatchObject({ state: 'trusted', failure: [] })
  expect(report.ingredients).toBeUndefined()
})
