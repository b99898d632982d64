/** The client of guide 1's web endpoints: asks one over its socket and checks what comes back. */
import assert from 'node:assert/strict'
import { trustList, verify } from '@streamseal/seal'
import { contentKey, MetadataEncoder, UnicodeMetadata } from '@streamseal/seal/encypher'
import { ETHICS, type FakeOpenAI } from './fake-openai.ts'
import { type GenerateRequest, hmacSecretKey } from './generate-stream.ts'

/** Posts a prompt, and then nothing; each answer must stream as plain text and be bound to the last word, its request's id among the sealed claims. */
export async function askEndpoint(url: string, openai: FakeOpenAI): Promise<void> {
  const prompt = 'Write a short paragraph about AI ethics.'
  assert.equal(await ask(url, { prompt, request_id: 'r-42' }), 'r-42')
  const now = Date.now()
  const time = Date.parse(await ask(url, {}))
  assert.ok(time >= now && time <= Date.now(), 'without an id the time is the id')
  assert.deepEqual(openai.prompts, [prompt, 'Write something interesting.'])
}

/** Gives the id that the answer names. */
async function ask(url: string, body: GenerateRequest): Promise<string> {
  const response = await fetch(`${url}/generate-stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain/)
  const text = await response.text()
  const { valid, metadata, contentBound } = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
  assert.deepEqual({ valid, contentBound }, { valid: true, contentBound: true })
  assert.equal(new MetadataEncoder().decodeMetadata(text).cleanText, ETHICS)
  const report = await verify(text, { trust: trustList(contentKey(hmacSecretKey)) })
  assert.equal(report.seals[0]?.claims?.custom?.request_id, metadata?.request_id)
  return String(metadata?.request_id)
}
