/** What the upstream does in one stream: a seed and the stream's number decide, so that the client knows it too. */
import { createRandom, type Random } from '../runs/random.ts'

/** The ways in which an upstream fails; `none` and `slow-drip` are whole answers. */
export const faults = [
  'none',
  'slow-drip',
  'refused',
  'cut-head',
  'status-429',
  'status-500',
  'page',
  'stalled-head',
  'stalled',
  'cut',
  'reset',
  'garbage',
  'half-character',
  'huge-event',
  'error-event',
  'no-end',
] as const

/** One of them. */
export type Fault = (typeof faults)[number]

/** One stream. */
export interface Plan {
  readonly number: number
  readonly fault: Fault
  /** The pieces of the text, an event each. */
  readonly pieces: readonly string[]
  /** Decides where it is cut, and how its bytes are written. */
  readonly random: Random
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Whether the client must be given all of it, and a clean end. */
export function isWhole(plan: Plan): boolean {
  return plan.fault === 'none' || plan.fault === 'slow-drip'
}

/** The plan of stream `number`; asked twice, it is the same twice. */
export function planOf(seed: number, number: number): Plan {
  const random = createRandom(seed * 1_000_003 + number)
  // Half of all streams are whole.
  const fault = random(2) === 0 ? 'none' : (faults[random(faults.length)] ?? 'none')
  const pieces = cutText(textOf(random), random)
  return {
    number,
    fault,
    pieces,
    random,
    inputTokens: 1 + random(50),
    outputTokens: pieces.length,
  }
}

const words = [
  'the answer',
  'is streamed',
  'while',
  'it is',
  'written',
  'größer',
  'naïve',
  '東京で',
  '你好',
  'привет',
  'مرحبا',
  'नमस्ते',
  '👩‍👩‍👧',
  '✅',
  '`code`',
  '**bold**',
  '3.14',
  '"quoted"',
  'back\\slash',
  '[a link](https://example.com/a?b=c)',
]
const stops = ['. ', '. ', '! ', '? ', '.\n\n', '.\n\n- ', '。', '.\n\n```js\nlet a = 1\n```\n\n']

function textOf(random: Random): string {
  let text = ''
  for (let sentences = 1 + random(12); sentences > 0; sentences -= 1) {
    const sentence = Array.from({ length: 2 + random(9) }, () => words[random(words.length)])
    text += `${sentence.join(' ')}${stops[random(stops.length)]}`
  }
  return text
}

/** Cut between code points: what a provider puts into one event is whole characters. */
function cutText(text: string, random: Random): string[] {
  const points = Array.from(text)
  const pieces: string[] = []
  while (points.length > 0) pieces.push(points.splice(0, 1 + random(12)).join(''))
  return pieces
}
