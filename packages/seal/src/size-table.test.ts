/** What a seal costs in twelve scripts, as the README prints it. STREAMSEAL_UPDATE=1 writes the table anew. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { issuer, secretSigner, signer } from '../testing/keys.ts'
import { prose } from '../testing/texts.ts'
import { type SealerOptions, seal } from './index.ts'

const page = new URL('../README.md', import.meta.url)
const begin = '<!-- sizes: begin -->\n'
const end = '<!-- sizes: end -->'
const claims = {
  provider: 'a provider',
  model: 'a-model-5-mini-2026-08-07',
  issuer,
  issuedAt: '2026-11-21T05:00:00Z',
  digitalSourceType: 'trainedAlgorithmicMedia',
  verifyUrl: `${issuer}/verify`,
}
const streamId = '0123456789abcdef'
const kinds: Partial<SealerOptions>[] = [{ signer, profile: 'light' }, { signer: secretSigner }, { signer }]
const scripts: [name: string, file: string][] = [
  ['Arabic', '32-arabic'],
  ['Greek', '45-greek'],
  ['Hebrew', '35-hebrew'],
  ['Russian', '43-russian'],
  ['Korean', '31-korean'],
  ['Hindi', '36-hindi'],
  ['Thai', '41-thai'],
  ['Chinese', '26-chinese'],
  ['Japanese', '29-japanese'],
  ['Tamil, Telugu', '39-tamil-telugu'],
  ['Vietnamese, Polish, Turkish', '48-polish-turkish-vietnamese'],
]

/** 2,000 characters of English, and an answer in each script, again and again until it has 2,000 UTF-16 units. */
function samples(): [name: string, text: string][] {
  const folder = new URL('corpus/', import.meta.url)
  const files = readdirSync(folder)
  const english = `${prose(40).slice(0, 1977)} and so they went home.`
  const others = scripts.map(([name, file]): [string, string] => {
    expect(files).toContain(`${file}.md`)
    const answer = readFileSync(new URL(`${file}.md`, folder), 'utf8').trim()
    const times = Math.ceil(2000 / (answer.length + 2))
    return [name, Array.from({ length: times }, () => answer).join('\n\n')]
  })
  return [['English', english], ...others]
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

async function row([name, text]: [string, string]): Promise<string> {
  const bytes = bytesOf(text)
  const costs = kinds.map(async kind => {
    const sealed = await seal(text, { signer, claims, streamId, ...kind })
    expect(sealed.detached).toBeUndefined()
    return `+${Math.round((bytesOf(sealed.text) / bytes - 1) * 100)} %`
  })
  return `| ${name} | ${bytes.toLocaleString('en')} | ${(await Promise.all(costs)).join(' | ')} |\n`
}

test('S13 the table of sizes in the README is what is measured', async () => {
  const rows = await Promise.all(samples().map(row))
  const table = `| | bytes | light, Ed25519 | full, HMAC-SHA256 | full, Ed25519 |\n| --- | ---: | ---: | ---: | ---: |\n${rows.join('')}`
  const readme = readFileSync(page, 'utf8')
  const from = readme.indexOf(begin) + begin.length
  const to = readme.indexOf(end)
  if (process.env.STREAMSEAL_UPDATE !== undefined)
    writeFileSync(page, readme.slice(0, from) + table + readme.slice(to))
  else expect(readme.slice(from, to)).toBe(table)
})
