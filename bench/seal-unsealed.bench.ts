/**
 * Verifying ten megabytes without a seal, over two-byte text, against one pass of a regular expression for every code unit
 * that can open a mark or another system's payload. The goal is one and a half times that.
 */
import { inspect, verify } from '@streamseal/seal'
import type { Benchmark } from './harness.ts'

const sentence = 'Der Wärter schrieb jeden Abend das Wetter auf – “meist” gab es wenig zu schreiben, 你好. '
const text = sentence.repeat(Math.ceil(10_000_000 / sentence.length))
const opens = /[\u200b-\u200d\u2060\ufeff\udb40]|[\ufe00-\ufe0f]/g

/** Measured in `npm run bench -- seal-unsealed`. */
export const benchmark: Benchmark = {
  what: `${text.length} characters without a seal`,
  baseline: { name: 'one regular expression', run: () => text.match(opens)?.length },
  candidates: [
    { name: 'verified', run: () => verify(text), ratio: 1.1 },
    { name: 'inspected', run: () => inspect(text), ratio: 1.1 },
  ],
}
