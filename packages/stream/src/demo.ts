import { refuseAborted } from './abort-of.ts'
/** The built-in demonstration model: plays back texts that people wrote, at a settable pace. No key, no network. */
import type { Message, Model, ModelPart, ModelRequest, Usage } from './contract.ts'
import { chooseText, demoTexts } from './demo/choose-text.ts'
import { sampleJson } from './demo/sample-json.ts'
import { toTokens } from './demo/tokens.ts'
import { messageText } from './message-text.ts'
import { pause } from './pause.ts'

/** How the demonstration plays. */
export interface DemoOptions {
  /** The name it answers to; `demo-markdown`, `demo-code`, `demo-table`, `demo-german`, … choose their text. Default `demo`. */
  model?: string
  /** The pace; `Infinity` plays as fast as it can. Default 60. */
  tokensPerSecond?: number
  /** Milliseconds before the first token. Default 150, or 0 at infinite pace. */
  firstTokenMs?: number
  /** Plays this text whatever the prompt. */
  text?: string
}

/** The names that the demonstration model goes by, the default first. */
export const demoModels: readonly string[] = ['demo', ...Object.keys(demoTexts).map(name => `demo-${name}`)]

/**
 * The model. Its token counts are of its own pieces, and exact.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { generate } from '@streamseal/stream'
 * import { demo } from '@streamseal/stream/demo'
 * const { text } = await generate(demo({ tokensPerSecond: Infinity }), { prompt: 'Say something.' }).result()
 * assert.match(text, /built-in demonstration model/)
 * ```
 */
export function demo(options: DemoOptions = {}): Model {
  const modelId = options.model ?? 'demo'
  return { provider: 'demo', modelId, stream: request => play(modelId, options, request) }
}

async function* play(
  modelId: string,
  options: DemoOptions,
  request: ModelRequest,
): AsyncGenerator<ModelPart> {
  const { tokensPerSecond = 60 } = options
  const { firstTokenMs = tokensPerSecond === Infinity ? 0 : 150 } = options
  const prompt = request.messages.map(messageText).join('\n')
  const { tokens, reason } = answerOf(modelId, options, request)
  const usage: Usage = { inputTokens: toTokens(prompt).length, outputTokens: 0 }
  refuseAborted(request.signal)
  yield { type: 'start', provider: 'demo', model: modelId }
  await pause(firstTokenMs, request.signal)
  const startedAt = performance.now()
  yield { type: 'text-start', id: 'text-0' }
  for (const [index, token] of tokens.entries()) {
    await pace(startedAt, index, tokensPerSecond, request.signal)
    yield { type: 'text-delta', id: 'text-0', delta: token }
  }
  yield { type: 'text-end', id: 'text-0' }
  yield { type: 'finish', reason, usage: { ...usage, outputTokens: tokens.length } }
}

function answerOf(
  modelId: string,
  options: DemoOptions,
  request: ModelRequest,
): { tokens: string[]; reason: 'stop' | 'length' } {
  const asked = request.messages.filter(message => message.role === 'user').at(-1)
  const text = cutAtStop(options.text ?? textFor(modelId, asked, request), request.stopSequences)
  const tokens = toTokens(text)
  const limit = request.maxOutputTokens ?? Number.POSITIVE_INFINITY
  return tokens.length > limit
    ? { tokens: tokens.slice(0, limit), reason: 'length' }
    : { tokens, reason: 'stop' }
}

function textFor(modelId: string, asked: Message | undefined, { responseFormat }: ModelRequest): string {
  if (responseFormat?.type === 'json') return JSON.stringify(sampleJson(responseFormat.schema))
  return chooseText(modelId, asked === undefined ? '' : messageText(asked))
}

function cutAtStop(text: string, stops: string[] = []): string {
  const cuts = stops.map(stop => text.indexOf(stop)).filter(at => at >= 0)
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts))
}

// The pace is kept over the whole answer: a late timer is made up for by the next tokens.
async function pace(
  startedAt: number,
  index: number,
  perSecond: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  refuseAborted(signal)
  const ahead = startedAt + (index / perSecond) * 1000 - performance.now()
  if (ahead > 1) await pause(ahead, signal)
}
