/** Where a text carries its manifest, strictly (C2PA 2.4 clauses 15.5.2.5 and 15.12.1.3, annex A.7–A.9). */
import type { Exclusion } from './assertions.ts'
import { type Bytes, concatBytes, fromBase64, utf8 } from './bytes.ts'
import type { Asset } from './check-binding.ts'
import { normalize, normalizedUtf8 } from './normalize.ts'
import type { FoundIn } from './report.ts'
import { type Finding, finding } from './status-codes.ts'
import { ARMOUR, DATA_URI } from './text-carriers.ts'
import { findWrappers, withoutWrappers } from './wrapper.ts'

/** How a text carries its manifest. */
export type TextCarrier = 'wrapper' | 'structured' | 'html'

/** What was found: the manifest store and the asset around it, or why there is none; `undefined` where nothing is marked. */
export interface FoundManifest {
  foundIn: FoundIn
  /** The text without the manifest. */
  text: string
  store?: Bytes
  asset?: Asset
  fault?: Finding
}

/** Looks for the manifest of a text. */
export function findManifest(
  text: string,
  carrier: TextCarrier,
  maxManifestBytes: number,
): FoundManifest | undefined {
  if (carrier === 'wrapper') return findInWrapper(text, maxManifestBytes)
  return carrier === 'structured' ? findInArmour(text) : findInHtml(text)
}

/** The asset of a manifest that stands beside its text. */
export function bareAsset(text: string): Asset {
  return {
    covered: normalizedUtf8(text).covered,
    places: [],
    whole: () => utf8(text),
    normalized: true,
  }
}

function findInWrapper(text: string, maxManifestBytes: number): FoundManifest | undefined {
  const { wrappers, corrupted } = findWrappers(text, maxManifestBytes)
  const [wrapper, second] = wrappers
  if (!wrapper) {
    const [broken] = corrupted
    return (
      broken &&
      fault('wrapper', text, finding('manifest.text.corruptedWrapper', `It seems that ${broken.reason}.`))
    )
  }
  if (second) {
    const stripped = withoutWrappers(text, wrappers)
    return fault('wrapper', stripped, finding('manifest.text.multipleWrappers'))
  }
  const stripped = text.slice(0, wrapper.start) + text.slice(wrapper.paddedEnd)
  return { foundIn: 'wrapper', text: stripped, store: wrapper.manifest, asset: wrapperAsset(text, wrapper) }
}

const fault = (foundIn: FoundIn, text: string, why: Finding): FoundManifest => ({ foundIn, text, fault: why })

/**
 * What is hashed is what is left without the wrapper, normalised (clause 15.12.1.3.1, steps 5 to 7). The offset may be one
 * in the NFC (A.8.7.3) or in the bytes as they are (15.12.1.3.1): both name the place where we found the wrapper.
 */
function wrapperAsset(text: string, wrapper: { start: number; paddedEnd: number }): Asset {
  const { start, paddedEnd } = wrapper
  const before = text.slice(0, start)
  const after = text.slice(paddedEnd)
  const { stored, covered } = normalizedUtf8(before + after)
  // The usual wrapper is last: then what is before it is all that there is, and nothing need be encoded again.
  const starts =
    after === '' ? [stored, covered ?? stored] : [utf8(before), utf8(normalize(before) ?? before)]
  // With its filling: characters that the signer did not leave out were put there afterwards.
  const { length } = utf8(text.slice(start, paddedEnd))
  const places = starts.map(({ length: at }): Exclusion => ({ start: at, length }))
  return { covered, places, whole: () => utf8(text), normalized: true }
}

/** A.9.5: one pair of delimiters, and between them a manifest or where to find it. */
function findInArmour(text: string): FoundManifest | undefined {
  const begins = positions(text, ARMOUR.begin)
  const ends = positions(text, ARMOUR.end)
  const say = (code: Finding['code']): FoundManifest => fault('structured', text, finding(code))
  const [begin] = begins
  const [end] = ends
  if (begin === undefined && end === undefined) return undefined
  if (begins.length > 1 || ends.length > 1) return say('manifest.structuredText.multipleReferences')
  if (begin === undefined || end === undefined || end < begin)
    return say('manifest.structuredText.noManifest')
  const reference = text.slice(begin + ARMOUR.begin.length, end).trim()
  if (reference === '') return say('manifest.structuredText.emptyReference')
  const isUrl = /^https?:\/\/[^\s]+$/i.test(reference)
  if (isUrl) return say('manifest.structuredText.noResolutionPath')
  const store = reference.startsWith(DATA_URI) ? fromBase64(reference.slice(DATA_URI.length)) : undefined
  if (!store) return say('manifest.structuredText.malformedReference')
  return embedded('structured', text, store, blocksAround(text, begin, end + ARMOUR.end.length))
}

function positions(text: string, part: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(part); at >= 0 && found.length < 2; at = text.indexOf(part, at + 1))
    found.push(at)
  return found
}

/** Comments that end with their line, and those with an end of their own. */
const lineComments = ['#', '//', '///', '//!', '--', '%', ';']
const blockComments: Record<string, string> = {
  '/*': '*/',
  '/*!': '*/',
  '/**': '*/',
  '<!--': '-->',
  '(*': '*)',
  '{-': '-}',
  '{#': '#}',
  '--[[': ']]',
}

/**
 * Whether a line is nothing but a comment around the block. Nothing signs what opens and closes it (A.9.4): a block comment
 * that was left open could hide the words that follow, so the two must belong together.
 */
function isComment(before: string, after: string, block: string): boolean {
  if (before === '' && after === '') return true
  const belongs = after === '' ? lineComments.includes(before) : blockComments[before] === after
  // A comment of one line: what stood on another one would be read as code.
  return belongs && !/[\r\n]/.test(block)
}

/** The stretches that a writer may leave out for a block: its line with one of its line ends, its line, or itself. */
function blocksAround(text: string, begin: number, end: number): { from: number; to: number }[] {
  const lineStart = text.lastIndexOf('\n', begin - 1) + 1
  const lineEnd = text.indexOf('\n', end)
  const to = lineEnd < 0 ? text.length : lineEnd
  const bare = text[to - 1] === '\r' ? to - 1 : to
  const before = lineStart === 0 ? 0 : lineStart - (text[lineStart - 2] === '\r' ? 2 : 1)
  const comment = isComment(
    text.slice(lineStart, begin).trim(),
    text.slice(end, bare).trim(),
    text.slice(begin, end),
  )
  const itself = { from: begin, to: end }
  if (!comment) return [itself]
  const behind = lineEnd < 0 ? [] : [{ from: lineStart, to: lineEnd + 1 }]
  return [...behind, { from: before, to: bare }, { from: lineStart, to: bare }, itself]
}

// Attributes end at the next angle bracket at the latest, so that no tag is read twice.
const tag = /<(script|link)\b([^<>]*)>/gi
const isManifestScript = /\btype\s*=\s*["']?application\/c2pa\b/i
/** The opening tag is left out of the hash with the rest: nothing else may stand in it, such as a second type or an address. */
const onlyType = /^\s*type\s*=\s*(?:"application\/c2pa"|'application\/c2pa'|application\/c2pa)\s*$/i
const isManifestLink = /\brel\s*=\s*["']?c2pa-manifest\b/i

/** A.7.1.4: one script element or one link. */
function findInHtml(html: string): FoundManifest | undefined {
  const [found, second] = manifestTags(html)
  if (second) return fault('html', html, finding('manifest.html.multipleManifests'))
  if (!found) return undefined
  if (found.name === 'link') {
    return fault('html', html, finding('manifest.inaccessible', 'The page names its address.'))
  }
  if (!onlyType.test(found.attributes)) {
    return fault(
      'html',
      html,
      finding('general.error', 'The script element has attributes that nothing signs.'),
    )
  }
  const close = /<\/script\s*>/gi
  close.lastIndex = found.end
  const end = close.exec(html)
  const store = end && fromBase64(html.slice(found.end, end.index).trim())
  if (!store) return fault('html', html, finding('general.error', 'The script element holds no Base64.'))
  return embedded('html', html, store, [{ from: found.start, to: close.lastIndex }])
}

interface FoundTag {
  name: string
  attributes: string
  start: number
  end: number
}

/** The first two tags that say that they bear a manifest. */
function manifestTags(html: string): FoundTag[] {
  const found: FoundTag[] = []
  for (const { 0: whole, 1: name = '', 2: attributes = '', index } of html.matchAll(tag)) {
    const wanted = name.toLowerCase() === 'link' ? isManifestLink : isManifestScript
    if (wanted.test(attributes))
      found.push({ name: name.toLowerCase(), attributes, start: index, end: index + whole.length })
    if (found.length > 1) break
  }
  return found
}

/** A manifest between bytes that are hashed as they are. */
function embedded(
  foundIn: FoundIn,
  text: string,
  store: Bytes,
  blocks: { from: number; to: number }[],
): FoundManifest {
  const whole = utf8(text)
  const places = blocks.map(({ from, to }) => ({
    start: utf8(text.slice(0, from)).length,
    length: utf8(text.slice(from, to)).length,
  }))
  const [widest = { from: 0, to: 0 }] = blocks
  const [place = { start: 0, length: 0 }] = places
  const covered = concatBytes(whole.subarray(0, place.start), whole.subarray(place.start + place.length))
  const asset = { covered, places, whole: () => whole, normalized: false }
  return { foundIn, text: text.slice(0, widest.from) + text.slice(widest.to), store, asset }
}
