/** Sealed answers keep what docs/robustness.md promises through each channel: encodings, renderers and the clipboard, databases, mail, office documents, cuts and edits. `--break` promises too much and must fail. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { readAnswers } from './channels/answers.ts'
import { type Channel, channel } from './channels/channel.ts'
import { characterChannels } from './channels/characters.ts'
import { clipboard } from './channels/clipboard.ts'
import { csv, redis, sqlite } from './channels/databases.ts'
import { editChannels, passageChannels } from './channels/edits.ts'
import { mail } from './channels/mail.ts'
import { type Measured, measure } from './channels/measure.ts'
import { libreOffice, pandoc } from './channels/office.ts'
import { type ProfileResult, robustnessPage } from './channels/page.ts'
import { pages } from './channels/pages.ts'
import { postgres } from './channels/postgres.ts'
import { makeProfiles, type Profile, type SealedAnswer, sealAll } from './channels/profiles.ts'
import { broken } from './channels/promises.ts'
import type { Software } from './channels/software.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    answers: { type: 'string', default: '50' },
    break: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
})
const end = Date.now() + Number(values.minutes) * 60_000
const rendererNames = ['markdown-it', 'marked', 'commonmark', 'micromark gfm', 'remark gfm']

const starters: readonly (() => Software | Promise<Software>)[] = [
  () => clipboard(rendererNames),
  mail,
  pages,
  sqlite,
  redis,
  postgres,
  csv,
  pandoc,
  libreOffice,
]

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stopAll().finally(() => process.exit(1)))

const answers = readAnswers(Number(values.answers))
const software: Software[] = []
const versions: string[] = []
const profiles: ProfileResult[] = []
try {
  for (const start of starters) software.push(await start())
  for (const { what } of software) console.log(what)
  const channels = [
    ...software.flatMap(each => each.channels),
    ...characterChannels,
    ...passageChannels,
    ...editChannels,
  ]
  if (values.break)
    channels.push(
      channel('edits', 'a letter changed, promised intact', 'intact', text => text.replace('e', 'a')),
    )
  for (const profile of await makeProfiles()) profiles.push(await measureAll(channels, profile))
} finally {
  await stopAll()
}

const [full] = profiles
const wrong = full?.measured.flatMap(broken) ?? ['nothing was measured']
for (const each of wrong) console.error(each)
console.log(
  `${full?.measured.length ?? 0} channels, ${profiles.length} profiles, ${wrong.length} promises broken`,
)
if (values.keep) {
  const page = robustnessPage({ profiles, software: versions, made: madeWhere() })
  writeFileSync('docs/robustness.md', page)
}
process.exitCode = wrong.length > 0 ? 1 : 0

/** Servers and browsers must not outlive the proof. */
async function stopAll(): Promise<void> {
  for (const each of software.splice(0)) {
    versions.push(each.what)
    await each.close()
  }
}

async function measureAll(channels: readonly Channel[], profile: Profile): Promise<ProfileResult> {
  const sealed = await sealAll(answers, profile)
  console.log(`${profile.name}: ${sealed.length} of ${answers.length} answers bear a mark`)
  const measured: Measured[] = []
  for (const each of channels) {
    if (Date.now() > end) throw new Error(`Cannot finish within ${values.minutes} minutes`)
    measured.push(await measure(each, sealed, profile))
    console.log(
      `  ${each.name}: ${[...(measured.at(-1)?.grades ?? [])].map(([grade, count]) => `${grade} ${count}`).join(', ')}`,
    )
  }
  return {
    name: profile.name,
    answers: answers.length,
    marked: sealed.length,
    growth: growthOf(sealed),
    measured,
  }
}

function growthOf(sealed: readonly SealedAnswer[]): number {
  const bytes = (texts: string[]) => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return bytes(sealed.map(({ text }) => text)) / bytes(sealed.map(({ answer }) => answer.text))
}

function madeWhere(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const date = new Date().toISOString().slice(0, 10)
  return `Measured on ${date} at commit ${commit}, with Node ${process.versions.node} on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}.`
}
