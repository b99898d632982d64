import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, markdownText } from '../test/arbitraries.ts'
import { scanAll, scanInChunks } from '../test/scan.ts'
import type { Format } from './scanner.ts'
import { skeletonOf } from './skeleton.ts'

const slow = process.env.STREAMSEAL_PROOF === undefined ? 1 : 20

const cuts = fc.array(fc.nat(), { maxLength: 20 })
const runs = { numRuns: 300 * slow }

describe('however a text is cut', () => {
  test('S7 places, boundaries, skeletons and flags are those of the whole', () => {
    fc.assert(
      fc.property(markdownText, cuts, (text, at) => {
        expect(scanInChunks(cut(text, at))).toEqual(scanAll(text))
      }),
      runs,
    )
  })

  test('S7 one UTF-16 unit at a time too', () => {
    fc.assert(
      fc.property(markdownText, text => {
        expect(scanInChunks(text.split(''))).toEqual(scanAll(text))
      }),
      runs,
    )
  })

  test.each<Format>(['plain', 'code', 'json'])('S7 as %s too', format => {
    fc.assert(
      fc.property(markdownText, cuts, (text, at) => {
        expect(scanInChunks(cut(text, at), format)).toEqual(scanAll(text, format))
      }),
    )
  })
})

describe('the skeleton of a stream', () => {
  test('S5 is the skeleton of the finished text', () => {
    fc.assert(
      fc.property(markdownText, text => {
        expect(scanAll(text).skeleton).toBe(skeletonOf(text, 'markdown').chars)
      }),
      runs,
    )
  })

  test('S5 is that of a rendered page where the text is not Markdown', () => {
    fc.assert(
      fc.property(markdownText, fc.constantFrom<Format>('plain', 'code', 'json'), (text, format) => {
        expect(scanAll(text, format).skeleton).toBe(skeletonOf(text, 'rendered').chars)
      }),
    )
  })

  test('S3 at each place holds exactly what stands before it, whatever follows', () => {
    fc.assert(
      fc.property(markdownText, text => {
        const { offsets } = skeletonOf(text, 'markdown')
        for (const place of scanAll(text).places)
          expect([...place.skeleton].length).toBe(offsets.filter(offset => offset < place.at).length)
      }),
      runs,
    )
  })
})
