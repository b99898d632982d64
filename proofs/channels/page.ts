/** The page docs/robustness.md, from what was measured. */
import type { Group } from './channel.ts'
import type { Grade, Measured, Share } from './measure.ts'
import type { ProfileName } from './profiles.ts'

/** What was measured of one profile. */
export interface ProfileResult {
  readonly name: ProfileName
  /** Answers that were sealed, and those that bear a mark inside. */
  readonly answers: number
  readonly marked: number
  /** UTF-8 bytes of the marked answers with their marks, per byte without. */
  readonly growth: number
  readonly measured: readonly Measured[]
}

/** Everything that the page says. */
export interface Results {
  readonly profiles: readonly ProfileResult[]
  readonly software: readonly string[]
  readonly made: string
}

interface Section {
  readonly title: string
  /** What a reader should expect, which the promises of the channels guard. */
  readonly says: string
}

const sections: Readonly<Record<Group, Section>> = {
  chat: {
    title: 'Chat pages and message editors (Slack-like)',
    says: 'An answer is rendered, selected on the page, copied, and pasted into a message. Every mark that is shown is copied with it, and the words come back: *reformatted* or better. Pasting as text and pasting into a rich editor make no difference. A closed `<details>` is not copied, so that such an answer becomes an *excerpt*.',
  },
  mail: {
    title: 'Mail',
    says: 'Transfer encodings carry every byte. Mailers add a last line end, wrap lines and put `> ` before what is quoted; all of it is *reformatted*, nothing is altered.',
  },
  content: {
    title: 'Content systems, databases and files (CMS-like)',
    says: 'Whatever stores Unicode stores a seal: databases and CSV return the text *intact*. Sanitizers take no mark out, and rendered pages are *reformatted*. A converter back to Markdown that escapes what a page showed as text (`[x]` of a task list) alters that segment.',
  },
  office: {
    title: 'Office documents',
    says: 'Through docx and odt and back the words are *reformatted* or better with LibreOffice. pandoc’s way through odt loses the heading rows of tables, and it writes footnotes back as other source; those segments are rightly *altered*.',
  },
  characters: {
    title: 'Encodings, escapes, normal forms, typography',
    says: 'Unicode encodings and escapes, NFC and NFD leave a text *intact*; line ends, white space and typographic quotes are *reformatted*. NFKC and NFKD rewrite characters (`²` to `2`, full-width forms), which a seal calls *altered*. Markdown source whose lines are all joined into one is no longer the same Markdown: headings, lists, tasks, tables and fences in it are altered, prose is not. Latin-1 has no selectors: the marks are lost and the text is *unsealed*, never falsely sealed.',
  },
  passages: {
    title: 'Passages cut out, added to, put together',
    says: 'A beginning, cut anywhere, verifies up to its last mark (*truncated*). Words added around a sealed text make it an *excerpt* of what is there now. A passage verifies by itself where it holds a whole segment and that segment’s mark (column *excerpts* of the other tables); a shorter one bears no mark and is *unsealed*. Of one that begins inside a segment, that part is vouched for by nothing: the rest is an *excerpt* where whole segments follow; a piece of a seal’s first segment, or a piece with nothing whole behind it, cannot be told from a changed one and is *altered*.',
  },
  edits: {
    title: 'Edits',
    says: 'What must not pass does not: no edited text is *intact* or *reformatted*. An edit inside something that renderers disagree about (footnotes, mathematics, raw HTML) is *not comparable* as soon as the exact text is gone: the report names the passage, vouches for nothing in it, and its status is no better than *excerpt*. Where the removed words held the only mark, the rest is *unsealed*; where they stood behind the last mark, and the closing beside the text, the rest is *truncated* and what they were taken from is among the `unsealed` ranges.',
  },
}

const gradeOrder: readonly Grade[] = [
  'intact',
  'reformatted',
  'not comparable',
  'excerpt',
  'truncated',
  'altered',
  'unknown-signer',
  'invalid',
  'unsealed',
]

/** The whole page, in Markdown. */
export function robustnessPage(results: Results): string {
  const [full, ...others] = results.profiles as [ProfileResult, ...ProfileResult[]]
  const groups = Object.keys(sections) as Group[]
  return `${[
    opening(full),
    expectations(full, groups),
    howToRead,
    ...groups.map(group => sectionOf(group, results.profiles)),
    profilesTable(results.profiles),
    differences(full, others),
    alteredTexts(full),
    `## How it was made\n\n\`npm run proof -- channels --keep\` seals, carries, verifies and writes this page, and fails where a promise is broken; \`proofs/channels/\` holds the channels. ${results.made} Software: ${results.software.join('; ')}.`,
  ].join('\n\n')}\n`
}

function opening({ answers, marked }: ProfileResult): string {
  return `# What a seal survives

${answers} answers such as language models give (thirty languages, lists, tables, code, quotes, links, and some long ones joined from these) were sealed as they are streamed, sent through each of the channels below, and verified. ${marked} of them bear a mark inside and are counted here; the others are code, data or too short for a place, and only the closing that is kept beside the text (\`detached\`) verifies them. Where a closing was kept beside the text and a mark has come through, the verifier was given it, as a gateway finds it by the stream id.

The page is made by a command from what it measured; nothing in a table is typed.`
}

const howToRead = `## How to read the tables

| column | what it says |
| --- | --- |
| opening, segments, closing | how many of these marks came through whole |
| excerpts | how many signed segments verify when they are cut out behind the channel, with their mark, and verified alone |
| exact | how many segments are *intact*: every character, in NFC |
| skeleton | how many are *reformatted* or better: what a reader sees is what was sealed |
| n. c. | how many are *not comparable* |
| full, light | the grade of whole texts: every segment signed, or one mark at the end. It is the report’s status, but *not comparable* where that is all that is wrong (the status is then *excerpt*, or *altered* where nothing else is left) |
| promise | what the proof insists on for the profile full |

Promises: *intact*: every text. *Kept*: nothing altered, nine segments in ten reformatted or better. *Mostly kept*: two segments in three; what the channel itself changes is altered. *Part*: what is there of the sealed text verifies, nothing is altered. *Part or altered*: the same, but a piece of a segment may be altered. *Seen*: no text passes for what it was. *Lost*: no mark is left, and the text is unsealed.`

function expectations({ measured }: ProfileResult, groups: readonly Group[]): string {
  const rows = groups.map(group => {
    const inGroup = measured.filter(({ channel }) => channel.group === group)
    const total = inGroup.reduce((sum, { texts }) => sum + texts, 0)
    const counts = new Map<Grade, number>()
    for (const { grades } of inGroup)
      for (const [grade, count] of grades) counts.set(grade, (counts.get(grade) ?? 0) + count)
    return `| ${sections[group].title} | ${inGroup.length} | ${gradesText(counts, total)} |`
  })
  return `## What to expect

Grades of the texts of each kind of handling, over all of its channels, profile full with Ed25519:

| handling | channels | what the report says |
| --- | ---: | --- |
${rows.join('\n')}`
}

function sectionOf(group: Group, profiles: readonly ProfileResult[]): string {
  const [full] = profiles as [ProfileResult]
  const light = profiles.find(({ name }) => name.startsWith('light'))
  const rows = full.measured.flatMap((measured, index) =>
    measured.channel.group === group ? [rowOf(measured, light?.measured[index])] : [],
  )
  return `## ${sections[group].title}

${sections[group].says}

| channel | texts | opening | segments | closing | excerpts | exact | skeleton | n. c. | full | light | promise |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |
${rows.join('\n')}`
}

function rowOf(full: Measured, light: Measured | undefined): string {
  const shares = [
    full.opening,
    full.segments,
    full.closing,
    full.excerpts,
    full.exact,
    full.skeleton,
    full.notComparable,
  ]
  const cells = [
    full.channel.name,
    String(full.texts),
    ...shares.map(shareText),
    gradesText(full.grades, full.texts),
    light === undefined ? '' : gradesText(light.grades, light.texts),
    full.channel.promised,
  ]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function profilesTable(profiles: readonly ProfileResult[]): string {
  const rows = profiles.map(
    ({ name, answers, marked, growth }) =>
      `| ${name} | ${marked} of ${answers} | +${Math.round((growth - 1) * 100)} % |`,
  )
  return `## The profiles

Bytes are UTF-8, over all answers with a mark; most of these are short, and a longer answer grows by less.

| profile | answers with a mark inside | bytes |
| --- | ---: | ---: |
${rows.join('\n')}`
}

/** Where the other full profile says something else than the first. */
function differences(full: ProfileResult, others: readonly ProfileResult[]): string {
  const same = others.find(({ name }) => name.startsWith('full'))
  if (same === undefined) return ''
  const rows = full.measured.flatMap((measured, index) => {
    const other = same.measured[index]
    const [mine, its] = [measured, other].map(each => each && gradesText(each.grades, each.texts))
    return mine === its ? [] : [`| ${measured.channel.name} | ${mine} | ${its} |`]
  })
  if (rows.length === 0) return `The profile *${same.name}* gives the same grades in every channel.`
  return `The profile *${same.name}* gives the same grades in every channel but these: its marks are shorter, so that some texts end, or are cut, elsewhere.

| channel | ${full.name} | ${same.name} |
| --- | --- | --- |
${rows.join('\n')}`
}

/** Honest handling that altered something, by the names of the answers. */
function alteredTexts({ measured }: ProfileResult): string {
  const rows = measured
    .filter(({ channel }) => ['kept', 'mostly kept'].includes(channel.promised))
    .flatMap(({ channel, details }) => {
      const names = details.filter(({ grade }) => grade === 'altered').map(detail => detail.names)
      return names.length === 0 ? [] : [`| ${channel.name} | ${names.join(', ')} |`]
    })
  return `## What honest handling altered

Answers are files of \`packages/seal/src/corpus/\`; numbers joined by \`+\` are long answers made of these.

| channel | altered answers |
| --- | --- |
${rows.join('\n')}`
}

function gradesText(grades: ReadonlyMap<Grade, number>, of: number): string {
  return gradeOrder
    .filter(grade => grades.has(grade))
    .map(grade => `${grade} ${percent(grades.get(grade) ?? 0, of)}`)
    .join(', ')
}

function shareText({ kept, of }: Share): string {
  return of === 0 ? '–' : percent(kept, of)
}

/** Whole percents, where 0 and 100 mean none and all. */
function percent(kept: number, of: number): string {
  const rounded = Math.round((100 * kept) / of)
  const shown = kept > 0 && kept < of ? Math.min(99, Math.max(1, rounded)) : rounded
  return `${shown} %`
}
