import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { anthropic } from '../anthropic.ts'
import { azureOpenAI } from '../azure-openai.ts'
import type { Model } from '../contract.ts'
import { generate } from '../generate.ts'
import { google } from '../google.ts'
import { openai } from '../openai.ts'
import { openAICompatible } from '../openai-compatible.ts'
import { sampleStream, sampleText } from '../testing.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const apiKey = 'sk-secret'
test.each<[string, (baseUrl: string) => Model]>([
  ['anthropic', baseUrl => anthropic('m', { baseUrl, apiKey })],
  ['google', baseUrl => google('m', { baseUrl, apiKey })],
  ['azure', endpoint => azureOpenAI('m', { endpoint, apiKey })],
  ['openai', baseUrl => openai('m', { baseUrl, apiKey })],
  ['openai-compatible', baseUrl => openAICompatible('m', { baseUrl, apiKey })],
])('%s: a redirect takes neither the prompt nor the key elsewhere', async (_, toModel) => {
  const reached: unknown[] = []
  const elsewhere = await serve((request, response) => {
    reached.push(request.headers)
    response.writeHead(404).end('a secret of that place')
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const provider = await serve((_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/internal?token=1` }).end()
    })
    const failure = await generate(toModel(provider), { prompt: 'x' })
      .result()
      .then(undefined, error => error)
    expect(failure).toMatchObject({ code: 'PROVIDER_PROTOCOL', retryable: false })
    expect(failure.message).toContain('redirects, which is not followed')
    expect(String(failure.cause)).toContain(`redirects to ${elsewhere}`)
    expect(failure.message + failure.cause).not.toMatch(/secret|token/)
  }
  expect(reached).toEqual([])
})

test('an endless connect time-out lets the provider take its time', async () => {
  const baseUrl = await serve((_request, response) => {
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sampleStream('compatible'))
    }, 50)
  })
  for (const connectMs of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
    const run = generate(openAICompatible('m', { baseUrl }), {
      prompt: 'x',
      timeouts: { connectMs },
      retry: false,
    })
    expect((await run.result()).text).toBe(sampleText)
  }
})

test('a server that keeps the connection alive after the answer’s end does not hold it', async () => {
  const answer = new TextDecoder().decode(sampleStream('compatible')).replace('data: [DONE]\n\n', '')
  const baseUrl = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(answer)
    const alive = setInterval(() => response.write(': keep-alive\n\n'), 100)
    response.on('close', () => clearInterval(alive))
  })
  const run = generate(openAICompatible('m', { baseUrl }), { prompt: 'x', retry: false })
  expect(await run.result()).toMatchObject({ text: sampleText, finishReason: 'stop' })
})
