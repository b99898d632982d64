/** Guide 4, "Webhooks: a phone number between two applications": B tells A when an answer is finished; A believes only B. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { createWebhookSecret, verifyWebhook, webhook } from '@streamseal/stream/webhooks'

// Application A: the phone number, and the secret that B was given with it.
const secret = createWebhookSecret()
const calls: string[] = []
const applicationA = createServer(async (request, response) => {
  const body: Buffer[] = []
  for await (const chunk of request) body.push(chunk as Buffer)
  try {
    const { event } = await verifyWebhook({ headers: request.headers, body: Buffer.concat(body) }, secret)
    calls.push(`${event.type}: ${event.data.text}`)
    response.writeHead(204).end()
  } catch {
    response.writeHead(401).end()
  }
})
await once(applicationA.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${(applicationA.address() as AddressInfo).port}/answers`

// Application B: streams an answer, and calls A when it is whole.
const run = generate(demo({ text: 'Hello from B', tokensPerSecond: Infinity }), { prompt: 'Say hello' })
const told = await webhook(run, { url, secret, allowedAddresses: ['127.0.0.1'] })
assert.deepEqual(
  told.map(({ type, state }) => [type, state]),
  [['run.completed', 'delivered']],
)

// A stranger who knows the number, and not the secret.
const forged = await fetch(url, { method: 'POST', body: '{"type":"run.completed","data":{}}' })
assert.equal(forged.status, 401)
assert.deepEqual(calls, ['run.completed: Hello from B'])
console.log('B called once, A believed it, and a stranger was sent away.')
applicationA.close()
