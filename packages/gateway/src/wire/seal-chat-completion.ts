/** Seals an OpenAI chat completion that is not streamed: only the choices' texts change, and `streamseal` is added. */
import { StreamError } from '@streamseal/stream'
import type { AnswerSeal, Closing } from '../sealing/answer-seal.ts'
import { endingOf } from '../sealing/endings.ts'
import { streamsealField } from '../sealing/streamseal-field.ts'
import { textEdits, textsOf, withTokens } from './chat-chunk.ts'
import { addMember, applyEdits } from './locate-json.ts'
import { tryParse } from './try-parse.ts'

interface Choice {
  readonly index?: unknown
  readonly message?: { readonly content?: unknown }
  readonly finish_reason?: unknown
  readonly logprobs?: unknown
}

/** Returns `json` sealed, one seal a choice; without seals it comes back as it was. Throws `PROVIDER_PROTOCOL` where it is no completion. */
export async function sealChatCompletion(json: string, seals: readonly AnswerSeal[]): Promise<string> {
  const { choices, model } = completionOf(json)
  if (seals.length === 0) return json
  if (typeof model === 'string') for (const seal of seals) seal.named(model)
  const closings = new Map<number, Closing>()
  const indexes = indexesOf(choices)
  const edits = await Promise.all(
    choices.map(async (choice, position) => {
      const index = indexes[position] ?? position
      const seal = seals[index]
      if (seal === undefined) return []
      const path = ['choices', position, 'message', 'content']
      const places = withTokens(textsOf(choice.message?.content, path), choice.logprobs)
      const sealed = places.map(({ text }) => seal.feed(text))
      const closing = await seal.finish(endingOf(String(choice.finish_reason)))
      closings.set(index, closing)
      return places.flatMap((place, i) =>
        textEdits(json, place, (sealed[i] ?? '') + (i === places.length - 1 ? closing.text : '')),
      )
    }),
  )
  return addMember(applyEdits(json, edits.flat()), 'streamseal', streamsealField(seals, closings))
}

/** Each choice's own index; the position where it has none, or where some proxy gives every choice the same. */
function indexesOf(choices: readonly Choice[]): readonly number[] {
  const stated = choices.map(({ index }, position) => (typeof index === 'number' ? index : position))
  return new Set(stated).size === stated.length ? stated : choices.map((_, position) => position)
}

function completionOf(json: string): { choices: readonly Choice[]; model: unknown } {
  const value = tryParse(json) as { choices?: unknown; model?: unknown } | null | undefined
  if (Array.isArray(value?.choices)) {
    return { choices: value.choices.map(choice => Object(choice) as Choice), model: value.model }
  }
  throw new StreamError("Cannot read the provider's answer: it is no chat completion", {
    code: 'PROVIDER_PROTOCOL',
  })
}
