/** The inputs that fuzzing kept, each tried once, and that fuzzing can fail. */
import { beforeAll, describe, expect, test } from 'vitest'
import { holds } from './fuzz/finding.ts'
import { Fuzzer } from './fuzz/fuzzer.ts'
import { readKept } from './fuzz/kept-corpus.ts'
import { createRandom } from './fuzz/random.ts'
import { sealedSeeds } from './fuzz/seeds.ts'
import { type Target, targets } from './fuzz/targets.ts'
import { tryInput } from './fuzz/try-input.ts'
import { weSealed } from './fuzz/verified.ts'

describe('every input that fuzzing kept', () => {
  beforeAll(async () => {
    for (const { text } of await sealedSeeds()) weSealed(text)
  }, 60_000)

  test.each(targets)(
    'S11 $name keeps its promises',
    async target => {
      const inputs = readKept(target.name)
      expect(inputs.length).toBeGreaterThan(0)
      for (const input of inputs) {
        const { found } = await tryInput(target, input)
        expect(found && { found, input }).toBeUndefined()
      }
    },
    120_000,
  )
})

test('a promise that does not hold is found, and the input is made small', async () => {
  const target: Target = {
    name: 'wrong',
    run: text => holds(!/1.*2/s.test(text), 'no 1 comes before a 2'),
  }
  let taken = 0
  // Every input counts as new.
  const coverage = { take: () => [String(taken++)], stop: () => undefined }
  const fuzzer = new Fuzzer(target, ['Take 7 with 3.'], { coverage, random: createRandom(1) })
  await fuzzer.start()
  for (let turns = 0; turns < 400 && fuzzer.findings.length === 0; turns++) await fuzzer.turn()
  expect(fuzzer.findings).toEqual([{ target: 'wrong', what: 'no 1 comes before a 2', input: '12' }])
})
