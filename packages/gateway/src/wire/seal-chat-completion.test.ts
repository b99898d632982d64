import { strip, type Trust, verify } from '@streamseal/seal'
import { beforeAll, expect, test } from 'vitest'
import { createTestSeals, type TestSeal } from '../../test/test-seals.ts'
import { sealChatCompletion } from './seal-chat-completion.ts'

let newSeal: () => TestSeal
let trust: Trust
beforeAll(async () => {
  ;({ newSeal, trust } = await createTestSeals())
})

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
