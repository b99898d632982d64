import {
  createSealer,
  createSigner,
  generateKeys,
  type Signer,
  strip,
  trustList,
  verify,
} from '@streamseal/seal'
import { beforeAll, expect, test } from 'vitest'
import type { AnswerSeal } from '../sealing/answer-seal.ts'
import { sealChatCompletion } from './seal-chat-completion.ts'

let signer: Signer
let trust: ReturnType<typeof trustList>
beforeAll(async () => {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  signer = await createSigner(privateJwk)
  trust = trustList(publicJwk)
})

function newSeal(): AnswerSeal {
  const sealer = createSealer({ signer, claims: { model: 'm' } })
  return {
    streamId: sealer.streamId,
    named: () => undefined,
    feed: text => sealer.feed(text),
    finish: ending => sealer.finish(ending),
  }
}

const prose = 'The cat sat on the mat. It was warm there, and nobody came by for a long while.'

interface Completion {
  choices: { message: { content: { type: string; text?: string }[] } }[]
}

test('a content that is a list of parts is sealed in its texts, the closing behind the last', async () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'a b' }] }
  const content = [
    thinking,
    { type: 'text', text: prose },
    { type: 'text', text: ` ${prose}` },
    { type: 'reference' },
  ]
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const json = await sealChatCompletion(JSON.stringify({ model: 'm', choices }), [newSeal()])
  const parts = (JSON.parse(json) as Completion).choices[0]?.message.content ?? []
  const text = parts.map(part => part.text ?? '').join('')
  expect(strip(text)).toBe(`${prose} ${prose}`)
  expect((await verify(text, { trust })).status).toBe('intact')
  expect([parts[0], parts[3]]).toEqual([thinking, { type: 'reference' }])
})
