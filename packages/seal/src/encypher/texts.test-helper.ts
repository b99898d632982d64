/** Texts and cuts for the port's properties. */
import fc from 'fast-check'

/** A few sentences, long enough for more than one segment of a seal. */
export const answer: string = 'The cat sat on the mat, and it liked it. '.repeat(40).trim()

const words = [
  'Hello, world! ',
  "it's x_1 9lives ",
  '你好，世界。',
  'नमस्ते दुनिया ',
  'مَرْحَبًا ',
  '👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 🇩🇪 👍🏽 ',
  '𝔘𝔫𝔦 ',
  'e\u0301te\u0301 ',
  'a\r\nb\n\n',
  '\u0085\u001c\u2028\u3000\ufeff',
  '.,!?',
  '\ud83d',
  '\udc4d',
  'می\u200cخواهم ',
  '字\u{e0100} ',
  '각각 ',
  ' ',
]

/** Texts in many scripts, lone surrogates among them. */
export const scripts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''))

/** Where to cut, as fractions of a text. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 12,
})

/** The pieces of a text, cut anywhere, between the halves of a surrogate pair too. */
export function pieces(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.map(fraction => Math.round(fraction * text.length)), text.length].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((end, i) => text.slice(places[i], end))
}
