/** JSON as Python's `json.loads` reads it, without loss: every number's kind and digits, the order of keys, and where each top-level value stands. */
import { PythonFloat } from './python-float.ts'
import { MAX_DEPTH, type PythonDict, type PythonValue } from './python-value.ts'

/** Why a text is no JSON to Python: the syntax, an integer of more than 4,300 digits, or too deep a nesting. */
export type JsonFault = 'syntax' | 'digits' | 'depth'

/**
 * The text is not what Python's `json.loads` accepts.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { JsonReadError, readPythonJson } from '@streamseal/seal/encypher'
 *
 * const isSyntax = (error: unknown) => error instanceof JsonReadError && error.fault === 'syntax' && error.offset === 3
 * assert.throws(() => readPythonJson('[1,]'), isSyntax)
 * ```
 */
export class JsonReadError extends Error {
  readonly fault: JsonFault
  readonly offset: number

  constructor(fault: JsonFault, offset: number) {
    super(`Cannot read JSON: ${fault} at offset ${offset}`)
    this.name = 'JsonReadError'
    this.fault = fault
    this.offset = offset
  }
}

/** A value and how it was written. */
export interface ReadJson {
  value: PythonValue
  /** The offset after the value. */
  end: number
  /** Where the values of the outermost object stand, by key; of two equal keys the last. */
  members: ReadonlyMap<string, { start: number; end: number }>
  /** Whether any object in it holds a key twice. */
  hasDuplicateKeys: boolean
}

/** CPython's `sys.int_info.default_max_str_digits`; it also keeps reading linear. */
const MAX_DIGITS = 4300

/**
 * Reads a whole JSON text as Python does: `NaN` and `Infinity` pass, objects are Maps, integers are bigints, floats are `PythonFloat`.
 * Throws `JsonReadError` (`fault`: `syntax`, `digits` or `depth`). What it returns may be given as `metadata` again, byte for byte.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { printPythonJson, readPythonJson } from '@streamseal/seal/encypher'
 *
 * const json = '{"10":1.0,"9":9007199254740993,"e":1e+21}'
 * assert.equal(printPythonJson(readPythonJson(json)), json)
 * ```
 */
export function readPythonJson(text: string): PythonValue {
  const read = readJsonPrefix(text, 0)
  const end = skipSpace(text, read.end)
  if (end !== text.length) throw new JsonReadError('syntax', end)
  return read.value
}

/** Reads the JSON value that starts at an offset and says where it ends; whatever follows is the caller's to judge. */
export function readJsonPrefix(text: string, offset: number): ReadJson {
  const reader = new JsonReader(text, skipSpace(text, offset))
  const value = reader.value()
  return { value, end: reader.at, members: reader.members, hasDuplicateKeys: reader.hasDuplicateKeys }
}

const SPACES = new Set([' ', '\t', '\n', '\r'])

function skipSpace(text: string, offset: number): number {
  let at = offset
  while (SPACES.has(text.charAt(at))) at++
  return at
}

const WORDS: readonly [string, PythonValue][] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PythonFloat(Number.NaN)],
  ['Infinity', new PythonFloat(Number.POSITIVE_INFINITY)],
  ['-Infinity', new PythonFloat(Number.NEGATIVE_INFINITY)],
]

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class JsonReader {
  at: number
  hasDuplicateKeys = false
  readonly members = new Map<string, { start: number; end: number }>()
  readonly #text: string
  #depth = 0

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  value(): PythonValue {
    const next = this.#text.charAt(this.at)
    if (next === '"') return this.#string()
    if (next === '{') return this.#nested(() => this.#object())
    if (next === '[') return this.#nested(() => this.#array())
    const word = WORDS.find(([name]) => this.#text.startsWith(name, this.at))
    if (!word) return this.#number()
    this.at += word[0].length
    return word[1]
  }

  #nested<T>(read: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new JsonReadError('depth', this.at)
    this.#depth++
    this.at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): PythonDict {
    const dict: PythonDict = new Map()
    if (this.#takes('}')) return dict
    do {
      const key = this.#key()
      if (dict.has(key)) this.hasDuplicateKeys = true
      const start = this.at
      dict.set(key, this.value())
      if (this.#depth === 1) this.members.set(key, { start, end: this.at })
    } while (this.#takes(','))
    this.#expect('}')
    return dict
  }

  #key(): string {
    this.#skip()
    if (this.#text.charAt(this.at) !== '"') throw this.#fault()
    const key = this.#string()
    this.#expect(':')
    this.#skip()
    return key
  }

  #array(): PythonValue[] {
    const items: PythonValue[] = []
    if (this.#takes(']')) return items
    do {
      this.#skip()
      items.push(this.value())
    } while (this.#takes(','))
    this.#expect(']')
    return items
  }

  #number(): PythonValue {
    const pattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)
    if (!found) throw this.#fault()
    this.at = pattern.lastIndex
    if (found[1] !== undefined || found[2] !== undefined) return new PythonFloat(Number(found[0]))
    if (found[0].replace('-', '').length > MAX_DIGITS) throw new JsonReadError('digits', this.at)
    return BigInt(found[0])
  }

  #string(): string {
    let text = ''
    for (let start = ++this.at; ; ) {
      const unit = this.#text.charCodeAt(this.at)
      if (unit === 0x22) {
        text += this.#text.slice(start, this.at++)
        return text
      }
      // Past the end `unit` is NaN, which no comparison holds for.
      if (!(unit >= 0x20)) throw this.#fault()
      if (unit !== 0x5c) this.at++
      else {
        text += this.#text.slice(start, this.at) + this.#escape()
        start = this.at
      }
    }
  }

  #escape(): string {
    const letter = this.#text.charAt(this.at + 1)
    if (letter !== 'u') return this.#shortEscape(letter)
    const digits = this.#text.slice(this.at + 2, this.at + 6)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fault()
    this.at += 6
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #shortEscape(letter: string): string {
    const meant = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (meant === undefined) throw this.#fault()
    this.at += 2
    return meant
  }

  #takes(mark: string): boolean {
    this.#skip()
    if (this.#text.charAt(this.at) !== mark) return false
    this.at++
    return true
  }

  #expect(mark: string): void {
    if (!this.#takes(mark)) throw this.#fault()
  }

  #skip(): void {
    this.at = skipSpace(this.#text, this.at)
  }

  #fault(): JsonReadError {
    return new JsonReadError('syntax', this.at)
  }
}
