import { expect, test } from 'vitest'
import { inspectText } from './inspect-text.ts'
import { inspectionTree } from './inspection-tree.ts'
import { signText } from './sign-text.ts'
import { testSigner } from './test/signers.ts'

test('an inspected manifest is shown whole, as a tree', async () => {
  const { signer } = await testSigner()
  const { text } = await signText('Hello', {
    signer,
    claims: { model: 'demo-1', title: 'A\u001b[31mgreeting' },
  })
  const tree = inspectionTree(inspectText(text) ?? {})
  expect(tree).toMatch(/^C2PA manifest, not verified: \d+ bytes\n├─ it says\n/)
  expect(tree).toMatch(/"c2pa.actions.v2"\n│ {2}└─ "actions"\n│ {5}└─ \[0\]/)
  expect(tree).toContain('"c2pa.created"')
  expect(tree).not.toContain('\u001b')
})

test('what cannot be read says why', () => {
  const tree = inspectionTree(
    inspectText(`Hello\u{FEFF}\u{E0133}\u{E0122}\u{E0140}\u{E0131}\u{E0144}\u{E0148}\u{E0144}\u{FE00}`) ?? {},
  )
  expect(tree).toMatch(/not verified: no bytes/)
})
