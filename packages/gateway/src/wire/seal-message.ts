/** Seals a message of Anthropic's API that is not streamed: only the text blocks change, and `streamseal` is added. */
import { StreamError } from '@streamseal/stream'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { endingOf } from '../sealing/endings.ts'
import { streamsealField } from '../sealing/streamseal-field.ts'
import { addMember, applyEdits, type Edit, locateJson } from './locate-json.ts'
import { isRecord } from './named-event.ts'
import { tryParse } from './try-parse.ts'

/** Returns `json` with its text sealed; without a seal it comes back as it was. Throws `PROVIDER_PROTOCOL` where it is no message. */
export async function sealMessage(json: string, seals: readonly AnswerSeal[]): Promise<string> {
  const [seal] = seals
  if (seal === undefined) return json
  const { content, model, stop_reason } = messageOf(json)
  if (typeof model === 'string') seal.named(model)
  const texts = content.flatMap((block, index) => textOf(block).map(text => ({ index, text })))
  const sealed = texts.map(({ text }) => seal.feed(text))
  const closing = await seal.finish(endingOf(String(stop_reason)), { beside: texts.length === 0 })
  const edits = texts.flatMap(({ index, text }, i): Edit[] => {
    const sent = (sealed[i] ?? '') + (i === texts.length - 1 ? closing.text : '')
    const span = sent === text ? undefined : locateJson(json, ['content', index, 'text'])
    return span === undefined ? [] : [{ ...span, text: JSON.stringify(sent) }]
  })
  return addMember(applyEdits(json, edits), 'streamseal', streamsealField(seals, new Map([[0, closing]])))
}

function textOf(block: unknown): string[] {
  return isRecord(block) && block.type === 'text' && typeof block.text === 'string' && block.text !== ''
    ? [block.text]
    : []
}

function messageOf(json: string): { content: readonly unknown[]; model: unknown; stop_reason: unknown } {
  const { content, model, stop_reason } = Object(tryParse(json)) as Record<string, unknown>
  if (Array.isArray(content)) return { content, model, stop_reason }
  throw new StreamError("Cannot read the provider's answer: it is no message", { code: 'PROVIDER_PROTOCOL' })
}
