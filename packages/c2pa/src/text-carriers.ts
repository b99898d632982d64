/** The ways in which a text carries its manifest: where the manifest goes, what the hash covers, and how much room it takes. */
import { type Bytes, toBase64, utf8 } from './bytes.ts'
import { C2paError } from './c2pa-error.ts'
import { MAX_MARKS, normalize } from './normalize.ts'
import type { Carrier } from './sign-manifest.ts'
import { encodeWrapper, wrapperUtf8Length } from './wrapper.ts'

/** A text that is ready to take a manifest. */
export interface Placement extends Carrier {
  /** What the hard binding covers. */
  covered: Bytes
  /** The text with the manifest in it. */
  place(store: Bytes): string
}

/** The opening and closing line of the armour (C2PA 2.4 A.9.3). */
export const ARMOUR = { begin: '-----BEGIN C2PA MANIFEST-----', end: '-----END C2PA MANIFEST-----' } as const

/** What stands before a manifest in the armour. */
export const DATA_URI = 'data:application/c2pa;base64,'

/** The element that holds a manifest in HTML (A.7.1.1). */
const SCRIPT = { open: '<script type="application/c2pa">', close: '</script>' } as const

/** The NFC of a text, in UTF-8. Throws `C2paError` (`NOT_NORMALIZABLE`). */
export function normalizedBytes(text: string): Bytes {
  const normal = normalize(text)
  if (normal !== undefined) return utf8(normal)
  const message = `Cannot sign a text with more than ${MAX_MARKS} combining marks on one letter`
  throw new C2paError(message, { code: 'NOT_NORMALIZABLE' })
}

/** From here on padding can leave every remainder that a wrapper can need (`fill` in `sign-manifest.ts`). */
const WRAPPER_SPARE_BYTES = 100

/**
 * The wrapper of variation selectors at the end of unstructured text (A.8). The offset is one in the bytes that are sent,
 * as clause 15.12.1.3.1 takes it; in normalised text it is that in the NFC, of which A.8.7.3 speaks.
 */
export function wrapperPlacement(text: string): Placement {
  const covered = normalizedBytes(text)
  return {
    covered,
    start: utf8(text).length,
    size: wrapperUtf8Length,
    spareBytes: WRAPPER_SPARE_BYTES,
    place: store => text + encodeWrapper(store),
  }
}

/** How a comment is written; `null` for front matter. */
export interface CommentSyntax {
  before: string
  after: string
}

const comments: Record<string, CommentSyntax> = {
  '#': { before: '# ', after: '' },
  '//': { before: '// ', after: '' },
  '--': { before: '-- ', after: '' },
  '%': { before: '% ', after: '' },
  ';': { before: '; ', after: '' },
  '/*': { before: '/* ', after: ' */' },
  '<!--': { before: '<!-- ', after: ' -->' },
}

/** What may open the line that carries the manifest of structured text, or `front-matter` for its own lines in one. */
export type Comment = '#' | '//' | '--' | '%' | ';' | '/*' | '<!--' | 'front-matter'

/** The armour of structured text (A.9): at its start, or at its end where the first line is taken. */
export function armourPlacement(text: string, comment: Comment): Placement {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const armour = (store: Bytes, space: string): string =>
    `${ARMOUR.begin}${space}${DATA_URI}${toBase64(store)}${space}${ARMOUR.end}`
  if (comment === 'front-matter') {
    const head = /^(?:---|\+\+\+)\r?\n/.exec(text)?.[0]
    if (head === undefined) throw new C2paError('Cannot find front matter in the text', { code: 'NO_PLACE' })
    return inserted(text, head.length, store => armour(store, newline) + newline)
  }
  const { before = '', after = '' } = comments[comment] ?? {}
  const line = (store: Bytes): string => before + armour(store, ' ') + after
  // A first line that must stay first: an interpreter's, or an XML declaration.
  if (!/^(?:#!|<\?xml|<!doctype)/i.test(text)) return inserted(text, 0, store => line(store) + newline)
  return inserted(text, text.length, store => newline + line(store))
}

/** The script element of HTML (A.7), before `</head>`. */
export function htmlPlacement(html: string): Placement {
  const head = /<\/head\s*>/i.exec(html)
  if (!head) throw new C2paError('Cannot find the end of <head> in the page', { code: 'NO_PLACE' })
  return inserted(html, head.index, store => SCRIPT.open + toBase64(store) + SCRIPT.close)
}

/** A manifest at `at`, of which the hash leaves out just what was put there. Bytes as they are: these texts are not normalised. */
function inserted(text: string, at: number, write: (store: Bytes) => string): Placement {
  return {
    covered: utf8(text),
    start: utf8(text.slice(0, at)).length,
    size: store => utf8(write(store)).length,
    spareBytes: 0,
    place: store => text.slice(0, at) + write(store) + text.slice(at),
  }
}
