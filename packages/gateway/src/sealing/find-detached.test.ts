import { createSealer, createSigner, generateKeys, trustList, verify } from '@streamseal/seal'
import { expect, test } from 'vitest'
import { openAnswerStore } from '../store/answer-store.ts'
import { findDetached } from './find-detached.ts'

const prose =
  'The committee met at noon and spoke of the harbour, of its boats and of the people who wait on the quay. '
const endsInCode = (word: string): string =>
  `${prose.replace('boats', word).repeat(16).trim()}\n\n\`\`\`\nlet a = 1\n\`\`\`\n`

test('two answers that both end beside the text, pasted into one, are found whole', async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const signer = await createSigner(privateJwk)
  const store = openAnswerStore(':memory:')
  const answers: string[] = []
  for (const word of ['lamps', 'nets']) {
    const sealer = createSealer({ signer, claims: { model: 'm' } })
    const text = sealer.feed(endsInCode(word))
    const { text: end, detached } = await sealer.finish()
    const { streamId } = sealer
    store.keep({
      streamId,
      issuedAt: '2026-11-21T08:00:00Z',
      keyId: signer.keyId,
      provider: 'p',
      model: 'm',
      route: '/seal',
      ending: 'complete',
      ...(detached === undefined ? {} : { detached }),
    })
    answers.push(text + end)
  }
  const pasted = answers.join('\n')
  const detached = findDetached(pasted, store)
  const report = await verify(pasted, { trust: trustList(publicJwk), ...(detached && { detached }) })
  expect(report.seals.map(({ coverage }) => coverage)).toEqual(['whole', 'whole'])
  expect(report.status).toBe('reformatted')
  store.close()
})
