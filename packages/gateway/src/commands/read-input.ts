/** A command's text: a file, or standard input; UTF-8, of bounded length. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { UsageError } from './usage-error.ts'

/** How many bytes of text a command takes, unless it is told otherwise. */
export const maxInputBytes = 268_435_456

/** Reads the file at `path`, or standard input where there is none or it is `-`. */
export async function readInput(path: string | undefined, maxBytes: number = maxInputBytes): Promise<string> {
  const { stream, name } = openInput(path)
  return decodeText(await readAll(stream, name, maxBytes), name)
}

/** The bytes of the file at `path`, or of standard input, and what to call it in messages. */
export function openInput(path: string | undefined): { stream: Readable; name: string } {
  if (path !== undefined && path !== '-') return { stream: createReadStream(path), name: `"${path}"` }
  if (process.stdin.isTTY) process.stderr.write('Reading from the terminal; end with Ctrl-D.\n')
  return { stream: process.stdin, name: 'standard input' }
}

/** Reads `--max-bytes`. */
export function toMaxBytes(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text)
  throw new UsageError(`Cannot take --max-bytes "${text}": expected a whole number of bytes`)
}

/** U+FFFD, which a text may also hold itself. */
const replacement = '\ufffd'
const replacementBytes = [0xef, 0xbf, 0xbd]

async function readAll(stream: Readable, name: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes)
      throw new RangeError(`Cannot read ${name}: it is longer than ${maxBytes} bytes; --max-bytes takes more`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

/** Strictly: a byte that is replaced would make an untouched text look altered. A byte order mark stays a character. */
function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Error(`Cannot read ${name}: ${whyNotUtf8(bytes)}`, { cause })
  }
}

function whyNotUtf8(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return 'it is UTF-16, and texts are UTF-8; convert it first (iconv -f UTF-16 -t UTF-8)'
  const at = firstWrongByte(bytes)
  const value = bytes[at]?.toString(16).toUpperCase().padStart(2, '0')
  return `it is not UTF-8 from byte ${at} (0x${value}) on; if it is Latin-1, convert it first (iconv -f LATIN1 -t UTF-8)`
}

/** Where the first character that a lenient decoder replaces stands. Up to there text and bytes agree. */
function firstWrongByte(bytes: Uint8Array): number {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  let byte = 0
  let from = 0
  for (let at = lenient.indexOf(replacement); at >= 0; at = lenient.indexOf(replacement, from)) {
    byte += Buffer.byteLength(lenient.slice(from, at))
    const isWritten = replacementBytes.every((value, index) => bytes[byte + index] === value)
    if (!isWritten) return byte
    byte += replacementBytes.length
    from = at + 1
  }
  return byte
}
