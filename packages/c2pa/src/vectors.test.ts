/** The committed vectors, judged. `vectors/c2pa/README.md` tells what they are and how they are made. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHex } from './bytes.ts'
import { trustAnchors } from './trust-list.ts'
import { verifyText } from './verify-text.ts'

interface Case {
  id: string
  carrier: 'wrapper' | 'structured' | 'html' | 'beside'
  text: string
  manifestHex?: string
  now: string
  state: string
  content: string
  failure: string[]
}

const file = new URL('../../../vectors/c2pa/cases.json', import.meta.url)
const { root, cases } = JSON.parse(readFileSync(file, 'utf8')) as { root: string; cases: Case[] }
const trust = trustAnchors(root, { allowDevelopment: true })

test.each(cases)('$id: $state', async ({ carrier, text, manifestHex, now, state, content, failure }) => {
  const beside = carrier === 'beside' ? { manifest: fromHex(manifestHex ?? '') } : { carrier }
  const report = await verifyText(text, { trust, now: new Date(now), ...beside })
  expect(report).toMatchObject({ state, content })
  expect(new Set(report.failure.map(({ code }) => code))).toEqual(new Set(failure))
})
