/** JSON that is still being streamed, as the value that it is so far: one look at each character, however it is cut (RFC 8259). */

/** An incremental JSON parser. */
export interface PartialJson {
  /** Takes any slice. Throws `SyntaxError` at the first character that JSON does not allow. */
  feed(text: string): void
  /**
   * The value so far: the same object every time, filled as it comes. A string may be cut, numbers and words are there
   * when they are whole; `undefined` before anything is.
   */
  readonly value: unknown
  /** Whether the outermost value is whole; a number at the top is whole when `finish` is called. */
  readonly complete: boolean
  /** Nothing more comes. Throws `SyntaxError` where the value is not whole. */
  finish(): unknown
}

/** Limits. */
export interface PartialJsonOptions {
  /** How deep objects and arrays may be nested. Default 256. */
  maxDepth?: number
}

/**
 * Makes a parser for one value.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createPartialJson } from '@streamseal/stream'
 * const json = createPartialJson()
 * json.feed('{"city": "Zür')
 * assert.deepEqual(json.value, { city: 'Zür' })
 * json.feed('ich", "tags": ["a"')
 * assert.deepEqual(json.value, { city: 'Zürich', tags: ['a'] })
 * ```
 */
export function createPartialJson({ maxDepth = 256 }: PartialJsonOptions = {}): PartialJson {
  return new IncrementalParser(maxDepth)
}

type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing'

interface Container {
  /** An array, or an object with the key that is being filled. */
  value: unknown[] | Record<string, unknown>
  key: string
}

const space = new Set([' ', '\n', '\r', '\t'])
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

class IncrementalParser implements PartialJson {
  readonly #maxDepth: number
  readonly #stack: Container[] = []
  #expecting: Expecting = 'value'
  #root: unknown
  /** How many characters were read before this slice. */
  #read = 0
  /** What has come of a string, or `undefined` outside of one. */
  #string: string | undefined
  #isKey = false
  /** What has come of an escape after its backslash, or `undefined` outside of one. */
  #escape: string | undefined
  /** What has come of a number or a word. */
  #bare = ''

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  get value(): unknown {
    return this.#root
  }

  get complete(): boolean {
    return this.#expecting === 'nothing'
  }

  feed(text: string): void {
    for (let at = 0; at < text.length; )
      at = this.#string === undefined ? this.#structure(text, at) : this.#inString(text, at)
    this.#read += text.length
    // A cut string is shown as far as it has come.
    if (this.#string !== undefined && !this.#isKey) this.#put(this.#string)
  }

  finish(): unknown {
    if (this.#bare !== '') this.#endBare()
    if (!this.complete)
      throw new SyntaxError(`Cannot read JSON: it ends after ${this.#read} characters, inside a value`)
    return this.#root
  }

  #structure(text: string, at: number): number {
    const character = text.charAt(at)
    if (this.#bare !== '' || /[-0-9a-z]/.test(character)) {
      if (/[-+.0-9a-zA-Z]/.test(character)) {
        this.#takeBare(character, at)
        return at + 1
      }
      this.#endBare()
    }
    if (!space.has(character)) this.#takeMark(character, at)
    return at + 1
  }

  #takeBare(character: string, at: number): void {
    if (this.#bare === '' && !this.#expects('value', 'value-or-end')) throw this.#unexpected(character, at)
    this.#bare += character
    if (this.#bare.length > 1000) throw this.#unexpected(this.#bare.slice(0, 20), at)
  }

  #endBare(): void {
    const bare = this.#bare
    this.#bare = ''
    if (Object.hasOwn(words, bare)) this.#put(words[bare])
    else if (numberPattern.test(bare)) this.#put(Number(bare))
    else throw this.#unexpected(bare, 0)
    this.#afterValue()
  }

  #takeMark(character: string, at: number): void {
    if (character === '"') this.#openString(character, at)
    else if (character === '{' || character === '[') this.#open(character, at)
    else if (character === '}' || character === ']') this.#close(character, at)
    else if (character === ':' && this.#expects('colon')) this.#expecting = 'value'
    else if (character === ',' && this.#expects('comma-or-end'))
      this.#expecting = this.#inArray() ? 'value' : 'key'
    else throw this.#unexpected(character, at)
  }

  #openString(character: string, at: number): void {
    this.#isKey = this.#expects('key', 'key-or-end')
    if (!this.#isKey && !this.#expects('value', 'value-or-end')) throw this.#unexpected(character, at)
    this.#string = ''
  }

  #open(character: '{' | '[', at: number): void {
    if (!this.#expects('value', 'value-or-end')) throw this.#unexpected(character, at)
    if (this.#stack.length >= this.#maxDepth)
      throw new SyntaxError(`Cannot read JSON: it is deeper than ${this.#maxDepth}`)
    const value = character === '[' ? [] : {}
    this.#put(value)
    this.#stack.push({ value, key: '' })
    this.#expecting = character === '[' ? 'value-or-end' : 'key-or-end'
  }

  #close(character: '}' | ']', at: number): void {
    const isArray = character === ']'
    const allowed = this.#expects('comma-or-end', isArray ? 'value-or-end' : 'key-or-end')
    if (!allowed || this.#inArray() !== isArray) throw this.#unexpected(character, at)
    this.#stack.pop()
    this.#afterValue()
  }

  #inString(text: string, at: number): number {
    if (this.#escape !== undefined) return this.#inEscape(text, at)
    let end = at
    while (end < text.length && !endsRun(text.charCodeAt(end))) end++
    this.#string += text.slice(at, end)
    if (end === text.length) return end
    const character = text.charAt(end)
    if (character === '"') this.#endString()
    else if (character === '\\') this.#escape = ''
    else throw this.#unexpected(character, end)
    return end + 1
  }

  #inEscape(text: string, at: number): number {
    const sequence = this.#escape + text.charAt(at)
    this.#escape = sequence
    if (sequence.startsWith('u')) {
      if (!/^u[0-9a-fA-F]{0,4}$/.test(sequence)) throw this.#unexpected(sequence, at)
      if (sequence.length === 5) this.#endEscape(String.fromCharCode(Number.parseInt(sequence.slice(1), 16)))
    } else {
      const plain = Object.hasOwn(escapes, sequence) ? escapes[sequence] : undefined
      if (plain === undefined) throw this.#unexpected(`\\${sequence}`, at)
      this.#endEscape(plain)
    }
    return at + 1
  }

  #endEscape(plain: string): void {
    this.#string += plain
    this.#escape = undefined
  }

  #endString(): void {
    const text = this.#string ?? ''
    this.#string = undefined
    if (this.#isKey) {
      const top = this.#stack.at(-1)
      if (top !== undefined) top.key = text
      this.#expecting = 'colon'
    } else {
      this.#put(text)
      this.#afterValue()
    }
  }

  #put(value: unknown): void {
    const top = this.#stack.at(-1)
    if (top === undefined) this.#root = value
    else if (Array.isArray(top.value)) this.#putItem(top, top.value, value)
    else if (top.key === '__proto__')
      Object.defineProperty(top.value, top.key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    else top.value[top.key] = value
  }

  /** A string that came in part stands there already; `key` remembers that it does. */
  #putItem(top: Container, array: unknown[], value: unknown): void {
    if (top.key === 'cut') array[array.length - 1] = value
    else array.push(value)
    top.key = this.#string === undefined ? '' : 'cut'
  }

  #afterValue(): void {
    this.#expecting = this.#stack.length === 0 ? 'nothing' : 'comma-or-end'
  }

  #expects(...states: Expecting[]): boolean {
    return states.includes(this.#expecting)
  }

  #inArray(): boolean {
    return Array.isArray(this.#stack.at(-1)?.value)
  }

  #unexpected(what: string, at: number): SyntaxError {
    return new SyntaxError(
      `Cannot read JSON: unexpected ${JSON.stringify(what)} at character ${this.#read + at}`,
    )
  }
}

/** A quote, a backslash, or a control character that JSON does not allow in a string. */
function endsRun(code: number): boolean {
  return code === 34 || code === 92 || code < 32
}
