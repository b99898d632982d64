/** Seals a response of OpenAI's Responses API that is not streamed: its texts change, with what points into them, and `streamseal` is added. */
import { StreamError } from '@streamseal/stream'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { endingOf } from '../sealing/endings.ts'
import { streamsealField } from '../sealing/streamseal-field.ts'
import { addMember, applyEdits } from './locate-json.ts'
import type { PositionUnit } from './marked-text.ts'
import { isRecord } from './named-event.ts'
import { statusOf } from './response-ending.ts'
import { type ResponseText, ResponseTexts, replace } from './response-texts.ts'
import { tryParse } from './try-parse.ts'

/** Returns `json` sealed; without a seal it comes back as it was. Throws `PROVIDER_PROTOCOL` where it is no response. */
export async function sealResponse(
  json: string,
  seals: readonly AnswerSeal[],
  positions: PositionUnit = 'code-point',
): Promise<string> {
  const [seal] = seals
  if (seal === undefined) return json
  const response = responseOf(json)
  if (typeof response.model === 'string') seal.named(response.model)
  const texts = new ResponseTexts(seal, positions)
  const said = sayAll(texts, response.output)
  const last = said.at(-1)
  const closing = await seal.finish(endingOf(statusOf(response)), { beside: last === undefined })
  last?.add('', closing.text)
  const joined = said.map(text => text.given).join('')
  const edits = [
    ...texts.responseEdits(json, [], response),
    // Some servers add what is the client's own convenience.
    ...(response.output_text === joined && joined !== ''
      ? replace(json, ['output_text'], said.map(text => text.sent).join(''))
      : []),
  ]
  return addMember(applyEdits(json, edits), 'streamseal', streamsealField(seals, new Map([[0, closing]])))
}

/** Seals every text, in order. */
function sayAll(texts: ResponseTexts, output: readonly unknown[]): ResponseText[] {
  return output.flatMap((item, index) => {
    const content =
      isRecord(item) && item.type === 'message' && Array.isArray(item.content) ? item.content : []
    return content.flatMap((part: unknown, at) => {
      const value = isRecord(part) && part.type === 'output_text' ? part.text : ''
      return value === '' ? [] : (texts.whole({ item: index, part: at }, value) ?? [])
    })
  })
}

function responseOf(json: string): Record<string, unknown> & { readonly output: readonly unknown[] } {
  const value: unknown = tryParse(json)
  if (isRecord(value) && Array.isArray(value.output)) return { ...value, output: value.output }
  throw new StreamError("Cannot read the provider's answer: it is no response", { code: 'PROVIDER_PROTOCOL' })
}
