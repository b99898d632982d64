/** A prompt with named gaps, typed by their names. */

/** A prompt made of an input. */
export type PromptFunction<Input> = (input: Input) => string

/** The input of a template: a value for each gap. */
export type TemplateInput<Names extends readonly string[]> = Readonly<Record<Names[number], unknown>>

/**
 * A prompt whose gaps are filled by name; strings as they are, everything else as JSON.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { prompt } from '@streamseal/stream/declare'
 * const say = prompt`Say ${'count'} words about ${'movie'}.`
 * assert.equal(say({ movie: 'Avengers', count: 3 }), 'Say 3 words about Avengers.')
 * ```
 */
export function prompt<const Names extends readonly string[]>(
  texts: TemplateStringsArray,
  ...names: Names
): PromptFunction<TemplateInput<Names>> {
  return input =>
    texts.reduce((filled, text, index) => {
      const name = names[index - 1] as Names[number]
      if (!Object.hasOwn(input, name))
        throw new TypeError(`Cannot fill the prompt: its gap "${name}" has no value`)
      return filled + valueText(input[name]) + text
    })
}

/** A value as it stands in a prompt. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}
