/**
 * Log-probabilities of a text with marks: a list of tokens that make up the text. A mark becomes a token of its own, whose
 * probability is one since no model chose it, so that the tokens still make up the text and the sum stays what it was.
 * A mark within a token is put into that token.
 */
import { type Edit, locateJson } from './locate-json.ts'
import type { Mark } from './marked-text.ts'
import { isRecord } from './named-event.ts'

interface Place {
  readonly json: string
  /** The path of the list. */
  readonly path: readonly (string | number)[]
  readonly tokens: unknown
}

interface Token {
  readonly token: string
  readonly bytes?: unknown
  readonly start: number
}

/** The edits that put `marks`, which stand in `given`, into its list of tokens; none where the tokens do not make up `given`. */
export function markLogprobs({ json, path, tokens }: Place, given: string, marks: readonly Mark[]): Edit[] {
  const list = tokensOf(tokens)
  if (marks.length === 0 || list === undefined || list.map(({ token }) => token).join('') !== given) return []
  return groupByToken(list, marks).flatMap(({ index, inside }) => {
    const element = locateJson(json, [...path, Math.min(index, list.length - 1)])
    if (element === undefined) return []
    if (inside[0]?.at === 0 || index === list.length) {
      const entries = inside.map(mark => JSON.stringify(entryOf(mark.text, list)))
      const isBehind = index === list.length
      const at = isBehind ? element.end : element.start
      return [
        { start: at, end: at, text: entries.map(text => (isBehind ? `,${text}` : `${text},`)).join('') },
      ]
    }
    return tokenEdits(json, [...path, index], list[index], inside)
  })
}

/** A list for a text that is a mark and nothing else, in the likeness of `tokens`; `undefined` where there are none. */
export function logprobsOfMark(text: string, tokens: unknown): object[] | undefined {
  const list = tokensOf(tokens)
  return list === undefined ? undefined : [entryOf(text, list)]
}

interface TokenMarks {
  readonly index: number
  /** Places count from the token's beginning. */
  readonly inside: readonly Mark[]
}

/** At most one mark stands at a place, and marks within one token are put in together. */
function groupByToken(list: readonly Token[], marks: readonly Mark[]): TokenMarks[] {
  const groups: TokenMarks[] = []
  for (const { at, text } of marks) {
    const found = list.findIndex(({ token, start }) => at < start + token.length)
    const index = found < 0 ? list.length : found
    const mark = { at: at - (list[index]?.start ?? at), text }
    const last = groups.at(-1)
    if (last?.index === index && last.inside[0]?.at !== 0) {
      groups[groups.length - 1] = { index, inside: [...last.inside, mark] }
    } else groups.push({ index, inside: [mark] })
  }
  return groups
}

function tokenEdits(
  json: string,
  path: readonly (string | number)[],
  token: Token | undefined,
  inside: readonly Mark[],
): Edit[] {
  if (token === undefined) return []
  const text = [...inside]
    .sort((a, b) => b.at - a.at)
    .reduce((whole, mark) => whole.slice(0, mark.at) + mark.text + whole.slice(mark.at), token.token)
  const values = { token: text, ...(Array.isArray(token.bytes) ? { bytes: bytesOf(text) } : {}) }
  return Object.entries(values).flatMap(([name, value]) => {
    const span = locateJson(json, [...path, name])
    return span === undefined ? [] : [{ ...span, text: JSON.stringify(value) }]
  })
}

function entryOf(text: string, list: readonly Token[]): object {
  const bytes = list.some(token => Array.isArray(token.bytes)) ? { bytes: bytesOf(text) } : {}
  return { token: text, ...bytes, logprob: 0, top_logprobs: [] }
}

function bytesOf(text: string): number[] {
  return [...Buffer.from(text, 'utf8')]
}

function tokensOf(tokens: unknown): Token[] | undefined {
  if (!Array.isArray(tokens) || tokens.length === 0) return undefined
  let start = 0
  const list: Token[] = []
  for (const entry of tokens) {
    if (!isRecord(entry) || typeof entry.token !== 'string') return undefined
    list.push({ token: entry.token, bytes: entry.bytes, start })
    start += entry.token.length
  }
  return list
}
