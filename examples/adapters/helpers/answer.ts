/** The run that every server of these examples delivers. */
import { generate, type Run } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { ANSWER } from './ask-deliveries.ts'

/** Asks the built-in model. */
export function answer(): Run {
  return generate(demo({ text: ANSWER, tokensPerSecond: Number.POSITIVE_INFINITY }), { prompt: 'Say hello.' })
}
