/**
 * JUMBF boxes (ISO/IEC 19566-5, as C2PA 2.4 clause 11.1 uses them): written with 32-bit lengths, read strictly and within
 * bounds. A superbox is a description (type, label) and what it holds.
 */
import { type Bytes, concatBytes, fromUtf8, readUint32, toHex, uint32, utf8 } from './bytes.ts'

/** The last twelve bytes of every box type; the first four are its name (clause 11.1.4.2). */
const TYPE_SUFFIX: Bytes = Uint8Array.of(0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71)
const LABEL_AT = 17
const REQUESTABLE_WITH_LABEL = 0x03
const PRIVATE = 0x10

/** A box without boxes inside: its type and what it holds. */
export interface ContentBox {
  type: string
  payload: Bytes
}

/** A superbox as it was read. */
export interface SuperBox {
  /** The four characters of its type, such as `c2ma`; otherwise all sixteen bytes in hexadecimal. */
  kind: string
  label: string
  /** Whether its description holds private boxes, such as a salt. */
  isSalted: boolean
  /** Everything behind the box's own header: what a hashed URI covers (clause 8.4.2.3). */
  payload: Bytes
  contents: ContentBox[]
  boxes: SuperBox[]
}

/** What reading a store may cost. */
export interface BoxLimits {
  maxDepth: number
  maxBoxes: number
}

/** Why a store could not be read. */
export class JumbfError extends Error {
  override readonly name = 'JumbfError'
}

/** A box with 32-bit length. */
export const writeBox = (type: string, ...payload: Uint8Array[]): Bytes => {
  const body = concatBytes(...payload)
  return concatBytes(uint32(8 + body.length), utf8(type), body)
}

/** A requestable superbox with a label (clause 11.1.4.1): `kind` is its type's four characters. */
export const writeSuperBox = (kind: string, label: string, ...children: Uint8Array[]): Bytes => {
  const toggles = Uint8Array.of(REQUESTABLE_WITH_LABEL)
  const description = writeBox('jumd', utf8(kind), TYPE_SUFFIX, toggles, utf8(label), Uint8Array.of(0))
  return writeBox('jumb', description, ...children)
}

/** What a hashed URI covers in a box as written: all but its own header. */
export const withoutHeader = (box: Bytes): Bytes => box.subarray(8)

/** Reads one superbox that fills `bytes` to the last. Throws `JumbfError` for anything else. */
export function readSuperBox(bytes: Bytes, limits: BoxLimits): SuperBox {
  const [box, ...more] = splitBoxes(bytes, { left: limits.maxBoxes })
  if (!box || more.length > 0) throw new JumbfError('Cannot read the store: it is not one box')
  return readContents(box, limits.maxDepth, { left: limits.maxBoxes })
}

/** How many boxes may still be read. */
interface Budget {
  left: number
}

function readContents(box: ContentBox, depth: number, budget: Budget): SuperBox {
  if (box.type !== 'jumb') throw new JumbfError(`Cannot read a box of type "${box.type}" as a superbox`)
  if (depth === 0) throw new JumbfError('Cannot read the store: its boxes are nested too deep')
  const [description, ...children] = splitBoxes(box.payload, budget)
  if (description?.type !== 'jumd') throw new JumbfError('Cannot read a superbox without its description')
  if (children.length === 0) throw new JumbfError('Cannot read a superbox that holds nothing')
  return {
    ...readDescription(description.payload, budget),
    payload: box.payload,
    contents: children.filter(child => child.type !== 'jumb'),
    boxes: children
      .filter(child => child.type === 'jumb')
      .map(child => readContents(child, depth - 1, budget)),
  }
}

/** Cuts bytes into boxes. Lengths 0 (to the end) and 1 (64 bits) have no use in a text's manifest and are refused. */
function splitBoxes(bytes: Bytes, budget: Budget): ContentBox[] {
  const boxes: ContentBox[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes.length - at < 8) throw new JumbfError(`Cannot read a box header of ${bytes.length - at} bytes`)
    const length = readUint32(bytes, at)
    if (length < 8 || length > bytes.length - at)
      throw new JumbfError(`Cannot read a box of length ${length}`)
    if (budget.left-- <= 0) throw new JumbfError('Cannot read the store: it has too many boxes')
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    boxes.push({ type, payload: bytes.subarray(at + 8, at + length) })
    at += length
  }
  return boxes
}

function readDescription(payload: Bytes, budget: Budget): Pick<SuperBox, 'kind' | 'label' | 'isSalted'> {
  const toggles = payload[LABEL_AT - 1] ?? 0
  if ((toggles & ~PRIVATE) !== REQUESTABLE_WITH_LABEL) {
    throw new JumbfError(`Cannot read a description with toggles 0x${toggles.toString(16)}`)
  }
  const end = payload.indexOf(0, LABEL_AT)
  const label = end < 0 ? undefined : fromUtf8(payload.subarray(LABEL_AT, end))
  if (label === undefined || !isLabel(label)) throw new JumbfError('Cannot read the label of a box')
  const rest = payload.subarray(end + 1)
  // The private field holds whole boxes, such as the salt of an assertion (clause 6.6), and is there only if announced.
  const privateBoxes = splitBoxes(rest, budget).length
  if (privateBoxes > 0 !== (toggles & PRIVATE) > 0)
    throw new JumbfError('Cannot read the end of a description')
  return { kind: kindOf(payload.subarray(0, 16)), label, isSalted: privateBoxes > 0 }
}

function kindOf(type: Uint8Array): string {
  const named = TYPE_SUFFIX.every((byte, at) => byte === type[at + 4])
  return named ? String.fromCharCode(...type.subarray(0, 4)) : toHex(type)
}

/** Whether a label holds only what clause 11.1.4.1.1 allows. */
const isLabel = (label: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that the clause forbids.
  label.length > 0 && !/[\u0000-\u001F\u007F-\u009F/;?#\uFEFF\uFFFF]/.test(label)
