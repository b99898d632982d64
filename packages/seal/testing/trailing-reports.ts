/** Report vectors for segments that end before a footnote, in a stream: their marks stand behind it. */
import { createSealer, type SealerOptions, seal } from '../src/index.ts'
import type { Given } from './more-reports.ts'
import { prose } from './texts.ts'

const flagged = 'A note[^1] stands here, in a paragraph that goes on for a good while.'
const source = `${prose(2)}\n\n${flagged}\n\n${prose(6, 8)} It is so.`

/** One line for each: the name says which rule. */
export async function trailingReports(base: SealerOptions): Promise<Given[]> {
  const text = await streamed(source, base)
  const later = await streamed(`${prose(4)} ${source}`, base)
  const before = await seal(prose(1, 60), { ...base, streamId: 'ffeeddccbbaa9988' })
  const shown = rendered(text)
  const reworded = (given: string) => given.replace('committee', 'commission')
  return [
    { name: 'trailing mark, untouched', text },
    { name: 'trailing mark, rendered: found at the beginning', text: shown },
    { name: 'trailing mark, rendered and folded', text: shown.replaceAll(', ', ',\n') },
    { name: 'trailing mark, rendered, behind another seal', text: `${before.text} ${shown}` },
    { name: 'trailing mark, rendered, behind the segment before', text: rendered(later) },
    { name: 'trailing mark, rendered, behind words: nobody can count back', text: `They say: ${shown}` },
    { name: 'trailing mark, rendered, a word before it changed', text: reworded(shown) },
    { name: 'trailing mark, still source, a word before it changed', text: reworded(text) },
    {
      name: 'trailing mark, still source, words changed before and behind',
      text: reworded(text).replace('good while', 'long while'),
    },
    {
      name: 'trailing mark, the source alone changed, and a word before it',
      text: reworded(text).replace('[^1]', '†'),
    },
  ]
}

function rendered(text: string): string {
  return text.replace('[^1]', ' note 1')
}

async function streamed(text: string, base: SealerOptions): Promise<string> {
  const sealer = createSealer(base)
  let sent = ''
  for (const piece of text.match(/.{1,7}/gs) ?? []) sent += sealer.feed(piece)
  return sent + (await sealer.finish()).text
}
