/** Which text the demonstration model plays: by the model's name, by words in the prompt, by the language that it is asked in. */
import { code } from './texts/code.ts'
import { english } from './texts/english.ts'
import { arabic, chinese, french, german, hindi, japanese, spanish } from './texts/languages.ts'
import { markdown } from './texts/markdown.ts'
import { table } from './texts/table.ts'

/** What can be asked for by name: `demo-markdown`, `demo-german`, … */
export const demoTexts: Readonly<Record<string, string>> = {
  prose: english,
  markdown,
  code,
  table,
  german,
  french,
  spanish,
  japanese,
  chinese,
  arabic,
  hindi,
}

// The first that matches is played. Scripts come first: they say most.
const cues: readonly [RegExp, string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'japanese'],
  [/\p{Script=Han}/u, 'chinese'],
  [/\p{Script=Arabic}/u, 'arabic'],
  [/\p{Script=Devanagari}/u, 'hindi'],
  [/\b(japanese|chinese|arabic|hindi|german|french|spanish)\b/iu, '$1'],
  [/\b(auf deutsch|bitte|und|nicht|schreib\p{L}*|erzähl\p{L}*)\b/iu, 'german'],
  [/\b(en français|bonjour|écri\p{L}*|une|est-ce|raconte\p{L}*)\b/iu, 'french'],
  [/\b(en español|hola|escrib\p{L}*|una|por favor|cuénta\p{L}*)\b/iu, 'spanish'],
  [/\bmarkdown\b|\bemoji\b|\blinks?\b/iu, 'markdown'],
  [/\btables?\b|\blists?\b|\bcompar\p{L}*/iu, 'table'],
  [/\bcode\b|\bfunction\b|\bprogram\b|\bscript\b|\btypescript\b|\bpython\b/iu, 'code'],
]

/** The text for a model name and the last thing that the user said. */
export function chooseText(modelId: string, prompt: string): string {
  const named = demoTexts[modelId.replace(/^demo-/, '')]
  return named ?? demoTexts[cueOf(prompt)] ?? english
}

function cueOf(prompt: string): string {
  for (const [pattern, name] of cues) {
    const match = pattern.exec(prompt)
    if (match !== null) return name === '$1' ? (match[1] ?? '').toLowerCase() : name
  }
  return 'prose'
}
