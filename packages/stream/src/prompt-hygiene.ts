/** What is sent to a model carries no marks: they cost about four tokens a character, and a model may repeat them. */
import { type Ingredient, inspect, sanitize, strip } from '@streamseal/seal'
import type { ContentPart, Message } from './contract.ts'
import { StreamError } from './stream-error.ts'

/** What becomes of hidden payloads other than our marks: runs of selectors, tags, zero-width characters, bidirectional overrides. */
export type HiddenTextPolicy = 'remove' | 'refuse' | 'keep'

/** Messages as they may be sent. */
export interface CleanPrompt {
  messages: Message[]
  /** The seals that were found, at most 32: what the answer may draw on. */
  ingredients: Ingredient[]
}

const maxIngredients = 32

/** Strips our marks from every text, and treats other hidden payloads by policy. Throws `INVALID_REQUEST` where they are refused. */
export function cleanPrompt(messages: readonly Message[], policy: HiddenTextPolicy): CleanPrompt {
  const found = new Set<string>()
  const clean = (text: string): string => {
    for (const { streamId } of marked(text) ? inspect(text).seals : []) found.add(streamId)
    return cleanText(text, policy)
  }
  const cleaned = messages.map(message => ({ ...message, content: cleanContent(message.content, clean) }))
  const ingredients = [...found].slice(0, maxIngredients).map(streamId => ({ streamId }))
  return { messages: cleaned, ingredients }
}

function cleanText(text: string, policy: HiddenTextPolicy): string {
  const stripped = marked(text) ? strip(text) : text
  if (policy === 'keep') return stripped
  const { text: visible, removed } = sanitize(stripped)
  if (policy === 'refuse' && removed[0] !== undefined) throw refused(removed[0].kind, removed.length)
  return visible
}

/** Selectors of the supplement, of which our marks are made, share one high surrogate. */
function marked(text: string): boolean {
  return text.includes('\udb40')
}

function cleanContent(content: Message['content'], clean: (text: string) => string): Message['content'] {
  return typeof content === 'string' ? clean(content) : content.map(part => cleanPart(part, clean))
}

function cleanPart(part: ContentPart, clean: (text: string) => string): ContentPart {
  if (part.type === 'text') return { ...part, text: clean(part.text) }
  // A model that was sent marks may have put them into a tool's input. Reasoning stays: its provider signed it as it is.
  if (part.type === 'tool-call') return { ...part, input: clean(part.input) }
  if (part.type === 'tool-result') return { ...part, output: clean(part.output) }
  return part
}

function refused(kind: string, count: number): StreamError {
  return new StreamError(
    `Cannot send the prompt: it holds ${count} hidden payload(s), the first of kind "${kind}"`,
    {
      code: 'INVALID_REQUEST',
    },
  )
}
