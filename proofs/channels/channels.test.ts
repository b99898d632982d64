/** The short form of the channel matrix: fewer answers, and the software that every machine of ours has. docs/robustness.md is the long one. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAnswers } from './answers.ts'
import { type Channel, channel } from './channel.ts'
import { characterChannels } from './characters.ts'
import { chromiumPath, clipboard } from './clipboard.ts'
import { csv, redis, sqlite } from './databases.ts'
import { editChannels, passageChannels } from './edits.ts'
import { mail } from './mail.ts'
import { measure } from './measure.ts'
import { pages } from './pages.ts'
import { makeProfiles, type Profile, type SealedAnswer, sealAll } from './profiles.ts'
import { broken } from './promises.ts'
import { findProgram, type Software } from './software.ts'

const answers = readAnswers(25)
const [full, , light] = (await makeProfiles()) as [Profile, Profile, Profile]
const sealed = await sealAll(answers, full)
const sealedLight = await sealAll(answers, light)

/** Promises are made for the profile full. */
async function brokenBy(one: Channel, texts: readonly SealedAnswer[] = sealed): Promise<string[]> {
  return broken(await measure(one, texts, full))
}

const here = [mail(), pages(), sqlite(), csv()]
afterAll(async () => {
  for (const each of here) await each.close()
})
const libraries = [...here.flatMap(({ channels }) => channels), ...characterChannels]

test('S5 most answers have room for a mark inside, in either profile', () => {
  expect(sealed.length).toBeGreaterThanOrEqual(answers.length * 0.75)
  expect(sealedLight.length).toBeGreaterThanOrEqual(answers.length * 0.7)
})

test.each(libraries.map(each => [each.name, each] as const))(
  'S5 %s: the promise is kept',
  async (_, each) => {
    expect(await brokenBy(each)).toEqual([])
  },
)

test.each(passageChannels.map(each => [each.name, each] as const))(
  'S3 S4 %s: the promise is kept',
  async (_, each) => {
    expect(await brokenBy(each)).toEqual([])
  },
)

test.each(editChannels.map(each => [each.name, each] as const))('S2 %s: it is seen', async (_, each) => {
  expect(await brokenBy(each)).toEqual([])
})

test.each([...libraries, ...editChannels].map(each => [each.name, each] as const))(
  'S5 %s: a light seal is never better off than its text',
  async (_, each) => {
    const { grades } = await measure(each, sealedLight, light)
    if (each.promised === 'intact') expect([...grades.keys()]).toEqual(['intact'])
    if (each.promised === 'kept') expect(grades.get('altered') ?? 0).toBe(0)
    if (each.promised === 'seen')
      expect((grades.get('intact') ?? 0) + (grades.get('reformatted') ?? 0)).toBe(0)
    if (each.promised === 'lost') expect([...grades.keys()]).toEqual(['unsealed'])
  },
)

test('a channel that changes a letter breaks the promise that it changes nothing', async () => {
  const liar = channel('edits', 'a letter', 'kept', text => text.replace(/(?<=\p{L})\p{Ll}/u, 'q'))
  expect(await brokenBy(liar)).not.toEqual([])
  const thief = channel('edits', 'no marks', 'kept', text => text.replaceAll(/[\u{e0100}-\u{e01ef}]/gu, ''))
  expect(await brokenBy(thief)).not.toEqual([])
})

describe.skipIf(!findProgram('redis-server'))('with a Redis (skipped where there is none)', () => {
  let software: Software
  beforeAll(async () => {
    software = await redis()
  })
  afterAll(() => software.close())

  test('S5 what a Redis returns is intact', async () => {
    for (const each of software.channels) expect(await brokenBy(each)).toEqual([])
  })
})

describe.skipIf(!chromiumPath())(
  'with a Chromium (skipped where there is none, or set CHROMIUM_PATH)',
  () => {
    let software: Software
    beforeAll(async () => {
      software = await clipboard(['markdown-it', 'remark gfm'])
    })
    afterAll(() => software.close())

    test('S5 what is copied from a rendered page and pasted is reformatted or better', {
      timeout: 240_000,
    }, async () => {
      for (const each of software.channels) expect(await brokenBy(each)).toEqual([])
    })
  },
)

test('docs/robustness.md shows every channel that is carried here', () => {
  const page = readFileSync('docs/robustness.md', 'utf8')
  const absent = [...libraries, ...passageChannels, ...editChannels].filter(
    ({ name }) => !page.includes(`\n| ${name} |`),
  )
  expect(absent.map(({ name }) => name)).toEqual([])
})
