/** The answers that are sent through the channels: the fifty of the seal's own tests, as models end them, without a last line end. */
import { readdirSync, readFileSync } from 'node:fs'

/** From the repository's root, where proofs and tests run. */
const folder = 'packages/seal/src/corpus'

/** An answer, named after its file. */
export interface Answer {
  readonly name: string
  readonly text: string
}

/** So long are the long answers at least, in UTF-16 units: five segments or more. */
const longChars = 2500
/** What can end the places for marks in all of the text behind it is not joined to others. */
const endsPlaces = /[<$]|\[\^|^[{-]/m

/** At most `most` of the answers, evenly taken, and the long ones that they can be joined to. */
export function readAnswers(most: number): Answer[] {
  const answers = readShort(most)
  return [...answers, ...joined(answers.filter(({ text }) => !endsPlaces.test(text)))]
}

/** As an answer with several parts: joined in their order, until they are long. */
function joined(answers: readonly Answer[]): Answer[] {
  const long: Answer[] = []
  let names: string[] = []
  let text = ''
  for (const answer of answers) {
    text = text === '' ? answer.text : `${text}\n\n${answer.text}`
    names.push(answer.name.slice(0, 2))
    if (text.length < longChars) continue
    long.push({ name: names.join('+'), text })
    names = []
    text = ''
  }
  return long
}

function readShort(most: number): Answer[] {
  const files = readdirSync(folder)
    .filter(file => file.endsWith('.md'))
    .sort()
  const step = Math.max(1, files.length / most)
  const taken = files.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
  return taken.map(file => ({
    name: file.slice(0, -3),
    text: readFileSync(`${folder}/${file}`, 'utf8').trimEnd(),
  }))
}
