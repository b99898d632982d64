/** Guide 4, "HTTP Streaming": chunked plain text (never HTML: a browser would run what the model says), read with the guide's `curl --no-buffer`. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { generate } from '@streamseal/stream'
import { demo } from '@streamseal/stream/demo'
import { writeText } from '@streamseal/stream/text'
import { listen } from './helpers/listen.ts'

const model = demo({ text: 'Sparkling water sings.', tokensPerSecond: 100 })

// The web endpoint
const server = await listen((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const prompt = searchParams.get('user_input') ?? 'Write something interesting.'
  void writeText(generate(model, { prompt }), response)
})

// From the terminal
const args = ['--silent', '--no-buffer', '--get', '--data-urlencode', 'user_input=Write me a song']
const { stdout } = await promisify(execFile)('curl', [...args, server.url])
console.log(stdout)
assert.equal(stdout, 'Sparkling water sings.')

// From a program, chunk by chunk
const response = await fetch(`${server.url}?user_input=Again`)
assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
const chunks: string[] = []
for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) chunks.push(chunk)
console.log(chunks)
assert.ok(chunks.length > 1)
assert.equal(chunks.join(''), 'Sparkling water sings.')
await server.close()
