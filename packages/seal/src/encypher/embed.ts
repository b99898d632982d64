/** Embeds a block in a whole text: once, or after every place, as 1.x does. */
import type { Block } from './block.ts'
import { isLegacy, makeBlock } from './block.ts'
import { EncypherError, EncypherRangeError } from './errors.ts'
import type { BlockOptions, Compat } from './options.ts'
import { checkOutputLength, MAX_OUTPUT_LENGTH } from './output-length.ts'
import { isBoundary } from './place.ts'
import { Placer } from './placer.ts'
import { isPlaced, type PlacedTarget, targetPattern } from './targets.ts'

/** One block at the first place, or one after every place. */
export type Placement = 'first' | 'every'

/** What `UnicodeMetadata.embedMetadata` takes. */
export interface EmbedOptions extends BlockOptions {
  text: string
  /** Default: `first`; with `compat` 1.0 or 1.1 `every`, as they do. */
  placement?: Placement | undefined
  /** One selector after each of the first places, instead of the block after one. Encypher itself cannot read it back (fault 31); this package does. */
  distributeAcrossTargets?: boolean | undefined
  /** Longer output, in UTF-16 units, is refused before the work starts; default: V8's longest string, 2^29 - 24. */
  maxOutputLength?: number | undefined
}

/** The text with the metadata in it. */
export function embedMetadata(options: EmbedOptions): string {
  const { text, compat, distributeAcrossTargets, maxOutputLength = MAX_OUTPUT_LENGTH } = options
  if (typeof text !== 'string')
    throw new EncypherError('INVALID_OPTION', `Cannot embed in a ${typeof text}: text is a string`)
  const placement = checkPlacement(options)
  if (text === '' && isLegacy(compat)) return text
  const block = makeBlock(options)
  if (block.target === 'none') return text
  if (placement === 'every') return embedEvery(text, block, compat, maxOutputLength)
  checkOutputLength(text.length + block.selectors.length + 1, maxOutputLength)
  if (distributeAcrossTargets && isPlaced(block.target)) {
    if (compat === undefined) checkIsUnselected(text)
    return distribute(text, block)
  }
  return compat === '3.2' ? embedAtMatch(text, block) : embedFirst(text, block, isLegacy(compat))
}

function checkPlacement({ placement, compat }: EmbedOptions): Placement {
  if (placement === undefined) return isLegacy(compat) ? 'every' : 'first'
  if (placement === 'first' || placement === 'every') return placement
  throw new EncypherError(
    'INVALID_OPTION',
    `Cannot place at ${JSON.stringify(placement)}: placement is "first" or "every"`,
  )
}

function embedFirst(text: string, block: Block, mayFail: boolean): string {
  const placer = new Placer(block)
  const output = placer.feed(text) + placer.end()
  if (!placer.isPlaced && !mayFail) throw noTarget(block)
  return output
}

/** As 3.2: after the first match, whatever follows it. */
function embedAtMatch(text: string, block: Block): string {
  if (block.target === 'file_end') return text + block.selectors
  if (block.target === 'file_end_zwnbsp') return `${text}\ufeff${block.selectors}`
  const pattern = targetPattern(block.target as PlacedTarget)
  if (!pattern.test(text)) throw noTarget(block)
  return text.slice(0, pattern.lastIndex) + block.selectors + text.slice(pattern.lastIndex)
}

/** After every place; for a target that is no place in the text, at its end. */
export function embedEvery(
  text: string,
  block: Block,
  compat: Compat | undefined,
  limit: number = MAX_OUTPUT_LENGTH,
): string {
  if (!isPlaced(block.target)) return embedFirst(text, block, false)
  const pattern = targetPattern(block.target)
  const count = countMatches(text, pattern, Math.max(0, limit - text.length) / block.selectors.length)
  checkOutputLength(text.length + count * block.selectors.length, limit)
  const everywhere = isLegacy(compat) || compat === '3.2'
  if (count === 0 && !everywhere) throw noTarget(block)
  // `$&` is the match; no selector is a `$`.
  if (everywhere) return text.replace(pattern, `$&${block.selectors}`)
  const output = text.replace(pattern, (match: string, index: number) =>
    isBoundary(text, index + match.length) ? match + block.selectors : match,
  )
  if (output.length === text.length) throw noTarget(block)
  return output
}

/** The matches in a text, counted no further than one past the most that fit. */
function countMatches(text: string, pattern: RegExp, most: number): number {
  pattern.lastIndex = 0
  let count = 0
  while (count <= most && pattern.test(text)) count++
  pattern.lastIndex = 0
  return count
}

function distribute(text: string, block: Block): string {
  const selectors = [...block.selectors]
  const pattern = targetPattern(block.target as PlacedTarget)
  const parts: string[] = []
  let from = 0
  for (const selector of selectors) {
    if (!pattern.test(text)) throw tooFew(block, parts.length, selectors.length)
    parts.push(text.slice(from, pattern.lastIndex) + selector)
    from = pattern.lastIndex
  }
  return parts.join('') + text.slice(from)
}

/** Selectors of the text's own that carry bytes of 32 and more would be read among the scattered ones. */
function checkIsUnselected(text: string): void {
  if (!/\udb40[\udd10-\uddef]/.test(text)) return
  const why = 'the text holds selectors of its own, among which scattered ones cannot be read back'
  throw new EncypherRangeError('NO_TARGET', `Cannot distribute the metadata: ${why}`)
}

function noTarget(block: Block): EncypherRangeError {
  return new EncypherRangeError(
    'NO_TARGET',
    `Cannot embed: the text has no place for target "${block.target}"`,
  )
}

function tooFew(block: Block, found: number, needed: number): EncypherRangeError {
  const message = `Cannot distribute the metadata: the text has ${found} places for target "${block.target}" and ${needed} are needed`
  return new EncypherRangeError('NO_TARGET', message)
}
