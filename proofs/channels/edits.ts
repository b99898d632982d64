/** What people do to a text: copy a passage out of it, put two together, change words. */
import { type Carried, type Channel, channel } from './channel.ts'

const paragraphsOf = (text: string): string[] => text.split(/\n{2,}/)

/** Only sentences of prose: neither lists nor code. */
function sentencesOf(paragraph: string): string[] {
  return /^[\p{L}“"«]/u.test(paragraph)
    ? Array.from(
        new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(paragraph),
        ({ segment }) => segment,
      )
    : []
}

const middleOf = <Item>(items: readonly Item[]): Item | undefined => items[items.length >> 1]

function sentenceOut(text: string): string | undefined {
  return middleOf(paragraphsOf(text).flatMap(sentencesOf))?.trim()
}

function paragraphOut(text: string): string | undefined {
  const paragraphs = paragraphsOf(text)
  return paragraphs.length > 2 ? middleOf(paragraphs) : undefined
}

/** From about a third to two thirds, at paragraphs. */
function middleThirdOut(text: string): string | undefined {
  const paragraphs = paragraphsOf(text)
  const third = Math.floor(paragraphs.length / 3)
  return third > 0 ? paragraphs.slice(third, paragraphs.length - third).join('\n\n') : undefined
}

function firstHalf(text: string): string | undefined {
  const at = text.indexOf(' ', text.length >> 1)
  return at < 0 ? undefined : text.slice(0, at)
}

function without(text: string, part: string | undefined): string | undefined {
  return part === undefined || part === '' ? undefined : text.replace(part, () => '')
}

/** The word of three letters or more that is nearest behind the middle. Marks are no letters; the name of a tag is no word that a reader sees. */
function middleWord(text: string): { start: number; end: number; word: string } | undefined {
  const wordOfText = /(?<![\p{L}\p{M}\p{N}]|<\/?)\p{L}{3,}(?![\p{L}\p{N}])/gu
  wordOfText.lastIndex = text.length >> 1
  const match = wordOfText.exec(text)
  return match === null ? undefined : { start: match.index, end: wordOfText.lastIndex, word: match[0] }
}

function editWord(text: string, edit: (word: string) => string): string | undefined {
  const found = middleWord(text)
  return found && text.slice(0, found.start) + edit(found.word) + text.slice(found.end)
}

/** Another word of the same length: its letters turned round, or another first letter where that changes nothing. */
function otherWord(word: string): string {
  const turned = [...word].reverse().join('')
  return turned.normalize() === word.normalize() ? `x${word.slice(1)}` : turned
}

function swapParagraphs(text: string): string | undefined {
  const paragraphs = paragraphsOf(text)
  const middle = paragraphs.length >> 1
  const [first, second] = [paragraphs[middle - 1], paragraphs[middle]]
  if (first === undefined || second === undefined || paragraphs.length < 3) return undefined
  return [...paragraphs.slice(0, middle - 1), second, first, ...paragraphs.slice(middle + 1)].join('\n\n')
}

const hasDigit = /(?<=[\p{L}\p{M}] )[0-9]/u

/** As a localised page shows them: U+0660 to U+0669. */
function arabicDigits(text: string): string | undefined {
  if (!hasDigit.test(text)) return undefined
  return text.replaceAll(/[0-9]/g, digit => String.fromCharCode(0x0660 + Number(digit)))
}

async function pairs(texts: readonly string[]): Promise<Carried[]> {
  return texts
    .slice(1)
    .map((text, index) => ({ text: `${texts[index]}\n\n${text}`, from: [index, index + 1] }))
}

export const passageChannels: readonly Channel[] = [
  channel('passages', 'the first half, cut in the middle of a sentence', 'part', firstHalf),
  channel('passages', 'the middle third, by paragraphs', 'part or altered', middleThirdOut),
  channel('passages', 'one paragraph copied out', 'part or altered', paragraphOut),
  channel('passages', 'one sentence copied out', 'part or altered', sentenceOut),
  channel(
    'passages',
    'a sentence of our own added before and after',
    'part',
    text => `They wrote:\n\n${text}\n\nSo they did.`,
  ),
  { group: 'passages', name: 'two answers pasted into one', promised: 'part', carry: pairs },
]

export const editChannels: readonly Channel[] = [
  channel('edits', 'a word changed', 'seen', text => editWord(text, otherWord)),
  channel('edits', 'a word added', 'seen', text => editWord(text, word => `${word} ${otherWord(word)}`)),
  channel('edits', 'a word removed', 'seen', text => editWord(text, () => '')),
  channel('edits', 'a sentence removed', 'seen', text => without(text, sentenceOut(text))),
  channel('edits', 'a paragraph removed', 'seen', text => without(text, paragraphOut(text))),
  channel('edits', 'two paragraphs exchanged', 'seen', swapParagraphs),
  channel('edits', 'digits put into Arabic-Indic ones', 'seen', arabicDigits),
]
