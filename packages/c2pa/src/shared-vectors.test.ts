/** The recorded cases of other implementations, judged as a correct verifier must; skipped where they are not at hand. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { stripText } from './strip-text.ts'
import { verifyText } from './verify-text.ts'
import { encodeWrapper, findWrappers, widestWrapper } from './wrapper.ts'

const folder = new URL('../../../../shared/vectors/', import.meta.url)
const present = existsSync(new URL('c2pa_text_wrapper.json', folder))

interface Case {
  id: string
  op: string
  text: string
  manifest_hex: string
  wrapper: string
  padded: string
  worst_case_bytes: number
  target_bytes: number
  result: { value?: string; error?: string }
  output: string | { value: string }
  info: { value?: [{ $hex: string }, number, number] | null; error?: string }
  content_tampered: boolean
  clean_text: string
  wrappers: number
}

const read = (name: string): Case[] =>
  present ? (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { cases: Case[] }).cases : []

const LIMIT = 1 << 20

describe.skipIf(!present)('c2pa-text: the wrapper', () => {
  const cases = read('c2pa_text_wrapper.json')
  test('there are 83 cases', () => expect(cases).toHaveLength(83))
  test.each(cases.filter(each => each.op === 'encode'))('$id', each => {
    const manifest = fromHex(each.manifest_hex)
    expect(encodeWrapper(manifest)).toBe(each.wrapper)
    expect(widestWrapper(manifest.length)).toBe(each.worst_case_bytes)
    expect(encodeWrapper(manifest, { utf8Length: each.worst_case_bytes })).toBe(each.padded)
  })
  test.each(cases.filter(each => each.op === 'pad'))('$id', each => {
    const encode = (): string => encodeWrapper(fromHex(each.manifest_hex), { utf8Length: each.target_bytes })
    if (each.result.value === undefined) expect(encode).toThrow(RangeError)
    else expect(encode()).toBe(each.result.value)
  })
  test.each(cases.filter(each => each.op === 'embed'))('$id', each => {
    const output = typeof each.output === 'string' ? each.output : each.output.value
    expect(each.text.normalize('NFC') + encodeWrapper(fromHex(each.manifest_hex))).toBe(output)
    expect(findWrappers(output, LIMIT).wrappers.map(({ manifest }) => toHex(manifest))).toEqual([
      each.manifest_hex,
    ])
    expect(stripText(output)).toBe(each.text.normalize('NFC'))
  })

  // What the standard asks where the recorded reader does otherwise.
  const corrected: Record<string, { found: number; corrupted: number }> = {
    'extract/two_wrappers': { found: 2, corrupted: 0 },
    'extract/two_wrappers_sep': { found: 2, corrupted: 0 },
    'extract/same_twice': { found: 2, corrupted: 0 },
    'extract/invalid_then_valid': { found: 1, corrupted: 0 },
    'extract/truncated': { found: 0, corrupted: 1 },
    'extract/short_header': { found: 0, corrupted: 1 },
    'extract/bad_version': { found: 0, corrupted: 1 },
    'extract/length_msb_set': { found: 0, corrupted: 1 },
  }
  test.each(cases.filter(each => each.op === 'extract'))('$id', async each => {
    const { wrappers, corrupted } = findWrappers(each.text, LIMIT)
    const recorded = { found: each.info.value ? 1 : 0, corrupted: 0 }
    expect({ found: wrappers.length, corrupted: corrupted.length }).toEqual(corrected[each.id] ?? recorded)
    if (each.info.value) {
      const [wrapper] = wrappers
      expect(toHex(wrapper?.manifest ?? new Uint8Array(1))).toBe(each.info.value[0].$hex)
      expect(Buffer.byteLength(each.text.slice(0, wrapper?.start))).toBe(each.info.value[1])
    }
    const { state, failure } = await verifyText(each.text)
    const [first] = failure.map(({ code }) => code)
    if (wrappers.length > 1) expect(first).toBe('manifest.text.multipleWrappers')
    else if (corrupted.length > 0 && wrappers.length === 0)
      expect(first).toBe('manifest.text.corruptedWrapper')
    else expect(state).toBe(wrappers.length === 1 ? 'invalid' : 'unmarked')
  })
})

describe.skipIf(!present)('encypher-ai 3.2.1: honest texts', () => {
  const cases = read('v3.2.1.c2pa.json')
  test('there are 18 cases', () => expect(cases).toHaveLength(18))
  // Its COSE is neither tagged nor detached and its certificates are not protected: by the standard nothing is signed.
  test.each(cases)('$id: the words are those that were hashed, and the signature is none', async each => {
    const recorded = typeof each.output === 'string' ? each.output : each.output.value
    if (recorded === undefined) return
    const report = await verifyText(recorded)
    expect(report.state).toBe('invalid')
    expect(report.text).toBe(each.clean_text)
    expect(report.content).toBe(each.id.includes('no_hard_binding') ? 'unknown' : 'intact')
    expect(report.failure.map(({ code }) => code)).toContain('general.error')
  })
})

describe.skipIf(!present)('encypher-ai 3.2.1: altered texts', () => {
  const cases = read('v3.2.1.c2pa_tampered.json')
  const codes: Record<string, string> = {
    wrapper_twice: 'manifest.text.multipleWrappers',
    second_signed_over: 'manifest.text.multipleWrappers',
    resigned_two_wrappers: 'manifest.text.multipleWrappers',
    wrapper_truncated: 'manifest.text.corruptedWrapper',
    wrapper_moved_to_front: 'assertion.dataHash.malformed',
    padding_truncated: 'assertion.dataHash.malformed',
    wrapper_padding_stripped: 'assertion.dataHash.malformed',
    one_word_changed: 'assertion.dataHash.mismatch',
    appended: 'assertion.dataHash.mismatch',
    html_inserted: 'assertion.dataHash.malformed',
    assertion_flip: 'assertion.hashedURI.mismatch',
  }
  test('there are 23 cases', () => expect(cases).toHaveLength(23))
  test.each(cases)('$id is never valid, and altered words are told from a changed manifest', async each => {
    const report = await verifyText(each.text)
    expect(report.state).toBe('invalid')
    const expected = codes[each.id]
    if (expected !== undefined) expect(report.failure.map(({ code }) => code)).toContain(expected)
    const wordsChanged = /^(one_word|prepended|appended|html|whitespace|empty_signed)/.test(each.id)
    if (wordsChanged) expect(report.content).toBe('altered')
    if (!each.content_tampered && each.wrappers === 1 && each.id !== 'extra_vs_after')
      expect(report.content).toBe('intact')
  })
})
