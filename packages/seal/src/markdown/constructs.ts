/** The constructs whose source is held back until it is known whether they are complete: at most one at a time. */
import * as c from './characters.ts'
import { EntityReference } from './entity.ts'
import { FenceOpener } from './fence-opener.ts'
import type { Recogniser } from './hold.ts'
import { FAIL, Held } from './hold.ts'
import { HtmlTag } from './html-tag.ts'
import { Image } from './image.ts'
import { ENTITY, HTML_TAG, IMAGE, LINK_TARGET, NOTHING } from './inline.ts'
import { LinkTarget } from './link-target.ts'
import { RuleLine } from './rule-line.ts'

/** Beside the constructs that text may open, a line may. */
export const RULE_LINE = 5
export const FENCE_OPENER = 6

/** What is not `DONE` or `MORE`: why it fails. */
export const TOO_LONG = 3
const INTERRUPTED = 4

export class Constructs {
  readonly tag: HtmlTag = new HtmlTag()
  readonly rule: RuleLine = new RuleLine()
  readonly opener: FenceOpener = new FenceOpener()
  /** The construct that is being recognised, or `NOTHING`. */
  open: number = NOTHING
  readonly #held = new Held()
  readonly #target = new LinkTarget()
  // Made for the first image and reference: most texts hold none.
  #image: Image | undefined
  #reference: EntityReference | undefined
  #lineEnded = false

  start(construct: number, offset: number): void {
    this.open = construct
    this.#held.start(offset)
    this.#recogniser.reset()
    this.#lineEnded = false
  }

  /** `MORE`, `DONE`, or why the construct fails; then this code point is not part of what is held. */
  take(codePoint: number): number {
    if (this.#mayStartBlock(codePoint)) return INTERRUPTED
    const verdict = this.#recogniser.take(codePoint)
    if (verdict === FAIL) return FAIL
    return this.#held.add(codePoint) ? verdict : TOO_LONG
  }

  /** The line feed just taken was CR LF. */
  widen(): void {
    if (this.open !== NOTHING) this.#held.widen()
  }

  /** Lets go of what is held; a carriage return stands for CR LF. */
  release(): { construct: number; text: string; offset: number } {
    const construct = this.open
    this.open = NOTHING
    return { construct, text: this.#held.take(), offset: this.#held.offset }
  }

  get #recogniser(): Recogniser {
    switch (this.open) {
      case LINK_TARGET:
        return this.#target
      case IMAGE:
        this.#image ??= new Image(this.#target)
        return this.#image
      case HTML_TAG:
        return this.tag
      case ENTITY:
        this.#reference ??= new EntityReference()
        return this.#reference
      case FENCE_OPENER:
        return this.opener
      default:
        return this.rule
    }
  }

  /** Blocks bind tighter than what is held: a line that may begin one ends it. */
  #mayStartBlock(codePoint: number): boolean {
    if (codePoint === c.lineFeed) {
      this.#lineEnded = true
      return false
    }
    if (!this.#lineEnded || c.isBlank(codePoint)) return false
    this.#lineEnded = false
    return (
      codePoint < 0x80 && !c.isAsciiLetter(codePoint) && !'"\')/'.includes(String.fromCharCode(codePoint))
    )
  }
}

/** True for a construct that only a line's beginning may open. */
export function isOfLine(construct: number): boolean {
  return construct === RULE_LINE || construct === FENCE_OPENER
}
