import { createSigner, generateKeys, seal, trustList, verify } from '@streamseal/seal'
import { describe, expect, test } from 'vitest'
import type { Message, Model } from './contract.ts'
import { generate } from './generate.ts'

const { privateJwk, publicJwk } = await generateKeys('Ed25519')
const signer = await createSigner(privateJwk)
const streamId = '00112233445566ff'
const older = await seal('The older answer said this.', { signer, claims: { model: 'older' }, streamId })

function listening(): { model: Model; heard: Message[] } {
  const heard: Message[] = []
  const model: Model = {
    provider: 'scripted',
    modelId: 'm',
    async *stream({ messages }) {
      heard.push(...messages)
      yield { type: 'start', provider: 'scripted', model: 'm' }
      yield { type: 'text-start', id: 't' }
      yield { type: 'text-delta', id: 't', delta: 'The newer answer draws on it.' }
      yield { type: 'text-end', id: 't' }
      yield { type: 'finish', reason: 'stop' }
    },
  }
  return { model, heard }
}

describe('what is sent to a model', () => {
  test('carries none of our marks, in messages and in tool results, and the seals become ingredients', async () => {
    const { model, heard } = listening()
    const messages: Message[] = [
      { role: 'user', content: `Look: ${older.text}` },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'a', toolName: 'b', output: older.text }],
      },
    ]
    const { text, seal: closing } = await generate(model, { messages, seal: { signer } }).result()
    expect(older.text).toMatch(/\u{e0100}|[\u{e0101}-\u{e01ef}]/u)
    expect(heard).toEqual([
      { role: 'user', content: 'Look: The older answer said this.' },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', toolCallId: 'a', toolName: 'b', output: 'The older answer said this.' },
        ],
      },
    ])
    const report = await verify(text, {
      trust: trustList(publicJwk),
      ...(closing?.detached === undefined ? {} : { detached: closing.detached }),
    })
    expect(report.seals[0]?.claims?.ingredients).toEqual([{ streamId }])
  })

  test('loses hidden payloads, keeps them, or is refused, by policy', async () => {
    const prompt = 'Hi\u{e0041}\u{e0042} 👩‍💻'
    const removed = listening()
    await generate(removed.model, { prompt }).result()
    expect(removed.heard[0]?.content).toBe('Hi 👩‍💻')
    const kept = listening()
    await generate(kept.model, { prompt, hiddenText: 'keep' }).result()
    expect(kept.heard[0]?.content).toBe(prompt)
    expect(() => generate(kept.model, { prompt, hiddenText: 'refuse' })).toThrow(/hidden payload/)
  })
})
