/** Our texts before other implementations, and theirs before ours. `interop/c2pa/run` installs them; without it this is skipped. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { trustAnchors, verifyText } from '@streamseal/c2pa'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, ask, installed, judge, newFolder } from './ask-peers.ts'
import { type Sample, samples, tampered } from './samples.ts'

describe.skipIf(!installed)('what we write', () => {
  let ours: Sample[] = []
  let answers: Record<string, Record<string, Answer>> = {}
  const named = (part: string): string[] => ours.map(each => each.name).filter(name => name.includes(part))
  beforeAll(async () => {
    ours = await samples()
    answers = judge(ours)
  }, 120_000)

  test('encypher-c2pa finds every embedded manifest valid and trusts its root', () => {
    for (const { name } of ours.filter(each => each.carrier !== 'stored')) {
      expect({ name, ...answers[name]?.['encypher-c2pa'] }).toMatchObject({
        name,
        verdict: 'valid',
        trusted: true,
        codes: [],
      })
    }
  })
  test('c2patxt finds every wrapper valid that names no ingredient', () => {
    const plain = named('wrapper').filter(name => !/ingredient|edited/.test(name))
    expect(plain.length).toBeGreaterThan(6)
    for (const name of plain) {
      expect({ name, ...answers[name]?.c2patxt }).toEqual({
        name,
        verdict: 'valid',
        codes: ['signingCredential.untrusted'],
      })
    }
  })
  test('c2patxt refuses ingredients, which it does not check', () => {
    for (const name of ['wrapper-ingredient', 'wrapper-edited']) {
      expect(answers[name]?.c2patxt).toEqual({
        verdict: 'invalid',
        codes: ['general.error', 'signingCredential.untrusted'],
      })
    }
  })
  test.each(['c2pa-text', 'c2pa-unstructured-text'])('%s takes out of every wrapper what we put in', peer => {
    for (const name of named('wrapper')) {
      expect({ name, ...answers[name]?.[peer] }).toEqual({ name, verdict: 'valid', codes: [] })
    }
  })
  test('encypher-c2pa reads our time-stamp, whose authority it does not know', () => {
    const stamped = answers['wrapper-timestamped']?.['encypher-c2pa']
    expect(stamped?.timestamps).toEqual(['timeStamp.untrusted'])
  })
  test('c2pa-rs finds our time-stamp to be over our signature', () => {
    expect(answers['stored-timestamped']?.['c2pa-rs']?.timestamps).toEqual([
      'timeStamp.validated',
      'timeStamp.untrusted',
    ])
  })
  test('c2pa-rs trusts a stored manifest, given it and the text', () => {
    expect(answers.stored?.['c2pa-rs']).toEqual({ verdict: 'trusted', codes: [], timestamps: [] })
  })
  test('c2pa-rs, which has no reader for text, objects to the place of a wrapper and to nothing else', () => {
    for (const name of named('wrapper')) {
      expect(new Set(answers[name]?.['c2pa-rs']?.codes)).toEqual(new Set(['assertion.dataHash.mismatch']))
    }
  })
  test('encypher-c2pa wants a wrapper in every plain text, and refuses a manifest beside one', () => {
    expect(answers.stored?.['encypher-c2pa']?.codes).toEqual(['assertion.dataHash.malformed'])
  })
})

describe.skipIf(!installed)('what an attacker makes of what we write', () => {
  test('c2patxt and encypher-c2pa refuse it, and so do we', async () => {
    const [original] = (await samples()).filter(each => each.name === 'wrapper-ES256')
    if (!original) throw new Error('There is no sample "wrapper-ES256"')
    const variants = tampered(original)
    const answers = judge(variants)
    for (const { name, text, root } of variants) {
      const trust = trustAnchors(root, { allowDevelopment: true })
      expect({ name, verdict: answers[name]?.c2patxt?.verdict }).toEqual({ name, verdict: 'invalid' })
      expect({ name, verdict: answers[name]?.['encypher-c2pa']?.verdict }).toEqual({
        name,
        verdict: 'invalid',
      })
      expect({ name, verdict: (await verifyText(text, { trust })).state }).toEqual({
        name,
        verdict: 'invalid',
      })
    }
  }, 120_000)
})

describe.skipIf(!installed)('what they write', () => {
  const folder = newFolder()
  const verify = async (name: string) => {
    const text = readFileSync(join(folder, `${name}.txt`), 'utf8')
    const trust = trustAnchors(readFileSync(join(folder, `${name}.pem`), 'utf8'))
    const manifest = join(folder, `${name}.c2pa`)
    return verifyText(text, {
      trust,
      ...(existsSync(manifest) && { manifest: new Uint8Array(readFileSync(manifest)) }),
    })
  }
  beforeAll(() => {
    ask('write', folder)
  }, 120_000)

  test.each(['c2patxt:0', 'c2patxt:1', 'c2patxt:2', 'c2patxt:3', 'c2pa-rs:sidecar'])(
    '%s is trusted',
    async name => {
      expect(await verify(name)).toMatchObject({ state: 'trusted', content: 'intact', failure: [] })
    },
  )
  test('c2pa-rs’s ingredients, and theirs, are judged in turn', async () => {
    const once = await verify('c2pa-rs:nested')
    const twice = await verify('c2pa-rs:nested-twice')
    expect(once).toMatchObject({ state: 'trusted', ingredients: [{ state: 'trusted', ingredients: [] }] })
    expect(twice.ingredients).toMatchObject([{ state: 'trusted', ingredients: [{ state: 'trusted' }] }])
  })
  test('what c2pa-rs recorded of an altered ingredient is told, and the text is trusted as c2pa-rs has it', async () => {
    const { state, ingredients } = await verify('c2pa-rs:nested-broken')
    expect(state).toBe('trusted')
    expect(ingredients).toMatchObject([{ state: 'invalid' }])
    expect(ingredients?.[0]?.recorded).toContain('assertion.dataHash.mismatch')
  })
  test.each([
    ['c2patxt:altered', 'assertion.dataHash.mismatch'],
    ['c2patxt:twice', 'manifest.text.multipleWrappers'],
    ['c2pa-text:moved', 'assertion.dataHash.malformed'],
    ['c2pa-unstructured-text:moved', 'assertion.dataHash.malformed'],
    // Clause 18.15.2: the actions stand among what the generator itself states; c2pa-rs puts them elsewhere unless told.
    ['c2pa-rs:gathered', 'assertion.missing'],
  ])('%s is invalid: %s', async (name, code) => {
    const { state, failure } = await verify(name)
    expect({ state, codes: failure.map(each => each.code) }).toEqual({ state: 'invalid', codes: [code] })
  })
})
