/**
 * DER (X.690 §10), just enough to bound what the ASN.1 library is given, and to take apart what it does not show. Only
 * definite lengths in their shortest form and tags of one byte are read.
 */
import type { Bytes } from './bytes.ts'

/** One element: its tag, what it holds, and all its bytes. */
export interface DerElement {
  tag: number
  value: Bytes
  whole: Bytes
}

const CONSTRUCTED = 0x20
const MAX_DEPTH = 32
const MAX_ELEMENTS = 20_000

/** The elements that follow each other in `bytes`, or `undefined` where they are not DER. */
export function readDer(bytes: Bytes): DerElement[] | undefined {
  const elements: DerElement[] = []
  let at = 0
  while (at < bytes.length) {
    const element = readElement(bytes, at)
    if (!element) return undefined
    elements.push(element)
    at += element.whole.length
  }
  return elements
}

function readElement(bytes: Bytes, at: number): DerElement | undefined {
  const tag = bytes[at] ?? 0x1f
  const first = bytes[at + 1] ?? 0xff
  if ((tag & 0x1f) === 0x1f || first === 0x80 || first > 0x83) return undefined
  const digits = bytes.subarray(at + 2, first < 0x80 ? at + 2 : at + 2 + first - 0x80)
  const length = first < 0x80 ? first : digits.reduce((sum, byte) => sum * 256 + byte, 0)
  const shortest = first < 0x80 || (length >= 0x80 && digits[0] !== 0)
  const start = at + 2 + digits.length
  if (!shortest || start + length > bytes.length) return undefined
  return { tag, value: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) }
}

/** Whether `bytes` is one DER element whose nesting and number of elements are within bounds. */
export function isBoundedDer(bytes: Bytes): boolean {
  const top = readDer(bytes)
  if (top?.length !== 1) return false
  let level = top
  let count = 0
  for (let depth = 0; level.length > 0; depth++) {
    count += level.length
    if (depth === MAX_DEPTH || count > MAX_ELEMENTS) return false
    const below = childrenOf(level)
    if (!below) return false
    level = below
  }
  return true
}

function childrenOf(elements: DerElement[]): DerElement[] | undefined {
  const all: DerElement[] = []
  for (const element of elements) {
    if ((element.tag & CONSTRUCTED) === 0) continue
    const children = readDer(element.value)
    if (!children) return undefined
    for (const child of children) all.push(child)
  }
  return all
}
