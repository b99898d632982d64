/** The client of guide 1's web endpoints: asks one over its socket and checks what comes back. */
import assert from 'node:assert/strict'
import { MetadataEncoder, UnicodeMetadata } from '@streamseal/seal/encypher'
import { ETHICS } from './fake-openai.ts'
import { hmacSecretKey } from './generate-stream.ts'

/** Posts a prompt; the answer must stream as plain text, carry the request's id, and be bound to the last word. */
export async function askEndpoint(url: string): Promise<void> {
  const response = await fetch(`${url}/generate-stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Write a short paragraph about AI ethics.', request_id: 'r-42' }),
  })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain/)
  const text = await response.text()
  const { valid, metadata, contentBound } = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
  assert.deepEqual(
    { valid, contentBound, request: metadata?.request_id },
    { valid: true, contentBound: true, request: 'r-42' },
  )
  assert.equal(new MetadataEncoder().decodeMetadata(text).cleanText, ETHICS)
}
