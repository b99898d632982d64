import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  C2paError,
  type C2paSigner,
  createC2paSigner,
  createDevelopmentChain,
  verifyText,
} from '@streamseal/c2pa'
import { strip } from '@streamseal/seal'
import { afterAll, expect, test } from 'vitest'
import { openKeyRing } from '../keys/key-ring.ts'
import { createSealing, type SealRequest } from '../sealing/sealing.ts'
import { openAnswerStore } from '../store/answer-store.ts'
import { openManifestStore } from '../store/manifest-store.ts'
import { AnswerSigner, type AnswerSigning } from './sign-answers.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamseal-answers-'))
const answers = openAnswerStore(':memory:')
const keys = await openKeyRing(folder)
const { privateKey, chain } = await createDevelopmentChain()
const signer = await createC2paSigner({ privateKey, chain, allowDevelopment: true })
afterAll(() => {
  answers.close()
  rmSync(folder, { recursive: true, force: true })
})

const prose = 'The cat sat on the mat. It was warm there, and nobody came by for a long while. '
  .repeat(9)
  .trim()
const request: SealRequest = { mode: 'full', provider: 'openai', model: 'gpt', route: '/seal' }

function answerSigner(options: Partial<AnswerSigning>): { answer: AnswerSigner; errors: unknown[] } {
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const url = (): string => 'https://example.com'
  const sealing = createSealing({ keys, store: answers, issuer: url, verifyUrl: url, onError })
  const store = openManifestStore(':memory:')
  const signing: AnswerSigning = {
    mode: 'stored',
    signer,
    store,
    maxTextLength: 100_000,
    onError,
    onUnstamped: onError,
    ...options,
  }
  return { answer: new AnswerSigner(sealing, signing), errors }
}

async function sealWith(answer: AnswerSigner, text = prose): Promise<string> {
  const seal = answer.open(request)
  const sent = seal.feed(text)
  return sent + (await seal.finish('complete')).text
}

const down: C2paSigner = { ...signer, sign: () => Promise.reject(new Error('the key service is down')) }
const silent: C2paSigner = { ...signer, sign: () => new Promise(() => undefined) }

test.each(['stored', 'embedded'] as const)('%s: an answer whose signer fails goes out sealed', async mode => {
  const { answer, errors } = answerSigner({ mode, signer: down })
  const text = await sealWith(answer)
  await answer.settled()
  expect(strip(text)).toBe(prose)
  expect(errors).toEqual([expect.any(C2paError)])
  expect(String(errors[0])).not.toContain('cat')
})

test('a stored manifest holds no answer up: its closing comes while the signer is silent', async () => {
  const { answer, errors } = answerSigner({ signer: silent })
  expect(strip(await sealWith(answer))).toBe(prose)
  expect(errors).toEqual([])
  await answer.settled()
  expect(errors).toEqual([expect.objectContaining({ code: 'SIGNER_TIMEOUT' })])
})

test('an embedded one holds it up for as long as a signer may take, and no longer', async () => {
  const { answer, errors } = answerSigner({ mode: 'embedded', signer: silent })
  expect(strip(await sealWith(answer))).toBe(prose)
  expect(errors).toEqual([expect.objectContaining({ code: 'SIGNER_TIMEOUT' })])
})

test('a manifest that cannot be kept is told of, and the answer is not', async () => {
  const store = openManifestStore(':memory:')
  store.close()
  const { answer, errors } = answerSigner({ store })
  expect(strip(await sealWith(answer))).toBe(prose)
  await answer.settled()
  expect(errors).toHaveLength(1)
})

test('an answer without text has no manifest, and a second end is the first one', async () => {
  const store = openManifestStore(':memory:')
  const { answer, errors } = answerSigner({ store })
  const seal = answer.open(request)
  expect(await seal.finish('complete')).toBe(await seal.finish('failed'))
  await answer.settled()
  expect(errors).toEqual([])
})

test('what the prompt was sealed with stands among the ingredients', async () => {
  const store = openManifestStore(':memory:')
  const { answer } = answerSigner({ store })
  const seal = answer.open({ ...request, ingredients: [{ streamId: '00112233445566aa' }] })
  const text = seal.feed(prose) + (await seal.finish('complete')).text
  await answer.settled()
  const { state, manifest } = await verifyText(text, { store })
  expect(state).toBe('valid')
  expect(manifest?.streamIds).toEqual([seal.streamId])
  expect(manifest?.ingredients).toEqual([
    expect.objectContaining({ relationship: 'inputTo', instanceId: '00112233445566aa' }),
  ])
})
