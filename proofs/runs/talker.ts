/** A model whose text its prompt decides: `<seed> <deltas> <gapMs>`. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Model, ModelPart } from '@streamseal/stream'
import { createRandom } from './random.ts'

const words = ['river', 'Straße', '水', '🌊', 'naïve', 'x', '\n', 'التيار', '"quoted"', '\\', 'e\u0301']

/** The deltas that the model streams for these numbers. */
export function deltasOf(seed: number, count: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => ` ${index}${words[random(words.length)]}`)
}

/** The model. */
export const talker: Model = {
  provider: 'talker',
  modelId: 'talker',
  async *stream({ messages, signal }): AsyncGenerator<ModelPart> {
    const [seed = 0, count = 0, gapMs = 0] = String(messages[0]?.content).split(' ').map(Number)
    yield { type: 'start', provider: 'talker', model: 'talker' }
    yield { type: 'text-start', id: 't' }
    for (const delta of deltasOf(seed, count)) {
      signal?.throwIfAborted()
      if (gapMs > 0) await delay(gapMs)
      yield { type: 'text-delta', id: 't', delta }
    }
    yield { type: 'text-end', id: 't' }
    yield { type: 'finish', reason: 'stop' }
  },
}
