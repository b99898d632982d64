/** Numbers as Python prints them. */

/**
 * A Python `float`. JavaScript has one type of number: a whole one is written as an `int` (`1`), and this is how to write `1.0`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { PythonFloat, UnicodeMetadata } from '@streamseal/seal/encypher'
 *
 * const text = UnicodeMetadata.embedMetadata({ text: 'a b', metadata: { timestamp: 1, t: new PythonFloat(1) } })
 * const payload = new TextDecoder().decode(UnicodeMetadata.extractBytes(text))
 * assert.equal(payload, '{"model_id":"","timestamp":1,"t":1.0}')
 * ```
 */
export class PythonFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  /** `repr(value)`: the shortest digits that read back, fixed from 0.0001 up to 1e16. */
  toString(): string {
    return printFloat(this.value)
  }
}

/** `repr` of a float, and `NaN`, `Infinity`, `-Infinity` as `json.dumps` writes them. */
export function printFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Object.is(value, -0)) return '-0.0'
  // Both languages print the shortest digits that read back; they differ only in when they turn to exponents.
  const [mantissa = '0', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  const negative = mantissa.startsWith('-')
  const digits = mantissa.replace('-', '').replace('.', '')
  const body = exponent < -4 || exponent >= 16 ? scientific(digits, exponent) : fixed(digits, exponent)
  return negative ? `-${body}` : body
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const sign = exponent < 0 ? '-' : '+'
  return `${digits.slice(0, 1)}${fraction}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function fixed(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}
