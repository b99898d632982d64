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

/** After so many lines without a construct there is likely to be none for a while. */
const maxIdleLines = 3

/** What was held back. */
export interface Released {
  construct: number
  /** What has read it, and says more of it where it is complete. */
  recogniser: Recogniser
  /** Its source; a carriage return stands for CR LF. */
  text: string
  offset: number
}

export class Constructs {
  /** The construct that is being recognised, or `NOTHING`. */
  open: number = NOTHING
  // There while lines hold constructs: most hold none, and thousands of texts may be read at once.
  #held: Held | undefined
  #recogniser: Recogniser | undefined
  /** What `#recogniser` recognises. */
  #kind: number = NOTHING
  #lineEnded = false
  #idleLines = 0

  /** `inParagraph`: the line that it stands in may go on a paragraph, which a line that draws would then underline. */
  start(construct: number, offset: number, inParagraph: boolean): void {
    this.open = construct
    this.#idleLines = 0
    this.#held ??= new Held()
    this.#held.start(offset)
    if (this.#kind !== construct) this.#recogniser = recogniserOf(construct)
    this.#kind = construct
    this.#recogniser?.reset(inParagraph)
    this.#lineEnded = false
  }

  /** `MORE`, `DONE`, or why the construct fails; then this code point is not part of what is held. */
  take(codePoint: number): number {
    if (this.#mayStartBlock(codePoint)) return INTERRUPTED
    const verdict = this.#recogniser?.take(codePoint)
    if (verdict === FAIL) return FAIL
    return verdict !== undefined && this.#held?.add(codePoint) ? verdict : TOO_LONG
  }

  /** The line feed just taken was CR LF. */
  widen(): void {
    if (this.open !== NOTHING) this.#held?.widen()
  }

  /** Lets go of what is held. Only while a construct is open. */
  release(): Released {
    const construct = this.open
    const held = this.#held as Held
    this.open = NOTHING
    return { construct, recogniser: this.#recogniser as Recogniser, text: held.take(), offset: held.offset }
  }

  /** A line begins: makes room where some lines have held no construct. Only while nothing is open. */
  startLine(): void {
    if (++this.#idleLines !== maxIdleLines) return
    this.#held = undefined
    this.#recogniser = undefined
    this.#kind = NOTHING
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

function recogniserOf(construct: number): Recogniser {
  switch (construct) {
    case LINK_TARGET:
      return new LinkTarget()
    case IMAGE:
      return new Image()
    case HTML_TAG:
      return new HtmlTag()
    case ENTITY:
      return new EntityReference()
    case FENCE_OPENER:
      return new FenceOpener()
    default:
      return new RuleLine()
  }
}

/** True for a construct that only a line's beginning may open. */
export function isOfLine(construct: number): boolean {
  return construct === RULE_LINE || construct === FENCE_OPENER
}
