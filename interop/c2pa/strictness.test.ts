/** Unusual manifests before us and the strictest of the others: what either refuses and the other does not. */
import { trustAnchors, verifyText } from '@streamseal/c2pa'
import { expect, test } from 'vitest'
import { installed, judge } from './ask-peers.ts'
import { variants } from './variants.ts'

/** The first reason of each, or `taken`; the reasons, by clause, stand in docs/c2pa.md. */
const differences: Record<string, { ours: string; theirs: string }> = {
  'ingredient without a manifest': { ours: 'taken', theirs: 'general.error' },
  'assertion of time-stamps': { ours: 'taken', theirs: 'general.error' },
  'filling that is left out': { ours: 'taken', theirs: 'assertion.dataHash.malformed' },
  'external reference, created': { ours: 'assertion.external-reference.created', theirs: 'taken' },
  'assertion of indefinite length': { ours: 'assertion.cbor.invalid', theirs: 'taken' },
  'filling of the hash that is not zero': { ours: 'assertion.dataHash.malformed', theirs: 'taken' },
  'certificates unprotected': { ours: 'signingCredential.invalid', theirs: 'taken' },
  'unprotected header of one’s own': { ours: 'general.error', theirs: 'taken' },
  'filling of the signature that is not zero': { ours: 'general.error', theirs: 'taken' },
  'bytes behind the store': { ours: 'general.error', theirs: 'manifest.text.corruptedWrapper' },
  'box of 64-bit length': { ours: 'general.error', theirs: 'taken' },
  'box of open length': { ours: 'general.error', theirs: 'taken' },
  'box that nobody knows': { ours: 'general.error', theirs: 'taken' },
  'filling that is not left out': { ours: 'assertion.dataHash.malformed', theirs: 'taken' },
}

test.skipIf(!installed)(
  'we and c2patxt differ in strictness where docs/c2pa.md says so, and nowhere else',
  async () => {
    const all = await variants()
    const answers = judge(all)
    const found: typeof differences = {}
    for (const { name, text, root } of all) {
      const trust = trustAnchors(root, { allowDevelopment: true })
      const { state, failure } = await verifyText(text, { trust })
      const ours = state === 'trusted' ? 'taken' : (failure[0]?.code ?? state)
      const answer = answers[name]?.c2patxt
      const theirs = answer?.verdict === 'valid' ? 'taken' : (answer?.codes[0] ?? 'no answer')
      if (ours !== theirs) found[name] = { ours, theirs }
    }
    expect(all.length).toBeGreaterThan(50)
    expect(found).toEqual(differences)
  },
  120_000,
)
