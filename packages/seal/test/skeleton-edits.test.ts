/**
 * What an editor changes on a page of an answer, and the skeleton tells: every letter, mark, digit, symbol and sign, and
 * what stands inside words. STREAMSEAL_PROOF tries many more edits.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readings } from '../src/readings.ts'
import { skeletonOf } from '../src/skeleton.ts'
import { answers } from './corpus.ts'
import { parse } from './marking.ts'
import { pageText } from './page-text.ts'
import { renderers } from './renderers.ts'

const runs = { numRuns: process.env.STREAMSEAL_PROOF === undefined ? 2500 : 200_000 }

/** Each answer, and what pages show of it. */
const pages = answers.flatMap(({ text }) =>
  renderers
    .filter(({ name }) => name === 'commonmark' || name === 'marked' || name === 'markdown-it full')
    .map(({ html }) => pageText(parse(html(text))))
    .map(page => ({ page, goals: [skeletonOf(text, 'markdown').chars, skeletonOf(page, 'rendered').chars] })),
)

// All that counts wherever it stands; what may be Markdown's (`|`, `~`, `^`, the backtick) and what is invisible does not.
const counts = /^(?![|~^`\p{Default_Ignorable_Code_Point}])[\p{L}\p{M}\p{N}\p{S}%&@/\u00a7]$/u
const added = [...'aZ57٣éßの中한ก😀✅→+<=>$€%&@/\u00a7×±°½²', '\u0301', '\u093e', '\u202e', '\u200f']
const inWords = [...'.:,;?!/\\{\'"#-–·']

/** The places of `page` at which `text` may be put, or what stands there taken out, without making a marker of it. */
function placesIn(page: string, isWanted: (before: string, character: string) => boolean): number[] {
  const places: number[] = []
  let at = 0
  for (const character of page) {
    const line = page.slice(page.lastIndexOf('\n', at - 1) + 1, at)
    if (line.trim() !== '' && isWanted(page.slice(0, at), character)) places.push(at)
    at += character.length
  }
  return places
}

/** The readings, by name, in which the edited page passes for the answer. */
function passesAs(edited: string, goals: readonly string[]): string[] {
  return readings.filter(reading => goals.includes(skeletonOf(edited, reading).chars))
}

function placeOn(isWanted: (before: string, character: string) => boolean) {
  const known = pages
    .map(({ page, goals }) => ({ page, goals, places: placesIn(page, isWanted) }))
    .filter(({ places }) => places.length > 0)
  return fc
    .tuple(fc.constantFrom(...known), fc.nat())
    .map(([{ page, goals, places }, n]) => ({ page, goals, at: places[n % places.length] as number }))
}

const lengthAt = (page: string, at: number): number => ((page.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

/** The cross of a task box, which a page shows as a box or as `[x]`: its state is bound by the exact digest alone. */
const isInBox = (before: string, character: string): boolean =>
  /(?:^|\n)\[$/.test(before) && /[xX]/.test(character)

test('S2 a letter, mark, digit, symbol or sign that is taken out is altered, anywhere in every answer', () => {
  const place = placeOn((before, character) => counts.test(character) && !isInBox(before, character))
  fc.assert(
    fc.property(place, ({ page, goals, at }) => {
      expect(passesAs(page.slice(0, at) + page.slice(at + lengthAt(page, at)), goals)).toEqual([])
    }),
    runs,
  )
})

test('S2 one that is changed into another is altered, anywhere in every answer', () => {
  const place = placeOn((_, character) => counts.test(character))
  fc.assert(
    fc.property(place, fc.constantFrom(...added), ({ page, goals, at }, by) => {
      const edited = page.slice(0, at) + by + page.slice(at + lengthAt(page, at))
      fc.pre(edited.normalize() !== page.normalize())
      expect(passesAs(edited, goals)).toEqual([])
    }),
    runs,
  )
})

test('S2 one that is added is altered, anywhere in every answer', () => {
  const place = placeOn(() => true)
  fc.assert(
    fc.property(place, fc.constantFrom(...added), ({ page, goals, at }, by) => {
      expect(passesAs(page.slice(0, at) + by + page.slice(at), goals)).toEqual([])
    }),
    runs,
  )
})

test('S2 a stop, dash, apostrophe or other sign put into a word is altered', () => {
  const place = placeOn((before, character) => /\p{L}$/u.test(before) && /^\p{L}$/u.test(character))
  fc.assert(
    fc.property(place, fc.constantFrom(...inWords), ({ page, goals, at }, by) => {
      expect(passesAs(page.slice(0, at) + by + page.slice(at), goals)).toEqual([])
    }),
    runs,
  )
})

test('S2 a stop, dash, apostrophe or other sign taken out of a word or number is altered', () => {
  const place = placeOn(
    (before, character) => /[\p{L}\p{N}]$/u.test(before) && /^[.:,;?!'’\-–‑·]$/u.test(character),
  )
  fc.assert(
    fc.property(place, ({ page, goals, at }) => {
      fc.pre(/^[\p{L}\p{N}]/u.test(page.slice(at + 1)))
      expect(passesAs(page.slice(0, at) + page.slice(at + 1), goals)).toEqual([])
    }),
    runs,
  )
})
