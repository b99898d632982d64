/** What the gateway finds around it: a local Ollama, and the address that readers know it by. */
import { afterEach, expect, test } from 'vitest'
import { startFakeOpenAI } from './fake-openai.ts'
import { startTestGateway } from './start-test-gateway.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

const words = ['The tide ', 'comes in ', 'twice a day.']

/** Ollama's OpenAI dialect: one model, which streams three pieces. */
async function startOllama(): ReturnType<typeof startFakeOpenAI> {
  const ollama = await startFakeOpenAI((response, { path }) => {
    if (path === '/v1/models') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'llama3.2:latest', object: 'model' }] }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const choice = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'llama3.2', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    for (const content of words) response.write(choice({ content }, null))
    response.end(`${choice({}, 'stop')}data: [DONE]\n\n`)
  })
  cleanUps.push(() => ollama.close())
  return ollama
}

async function startGateway(env: Record<string, string>): ReturnType<typeof startTestGateway> {
  const gateway = await startTestGateway(env)
  cleanUps.push(() => gateway.remove())
  return gateway
}

const ask = async (url: string, body: object): Promise<string> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return response.text()
}

const modelsOf = async (url: string): Promise<string[]> => {
  const response = await fetch(`${url}/v1/models`)
  return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
}

test('a local Ollama is found at start, and its models answer sealed, by either name', async () => {
  const ollama = await startOllama()
  const gateway = await startGateway({ OLLAMA_HOST: ollama.baseUrl.replace(/\/v1$/, '') })
  expect(await modelsOf(gateway.url)).toEqual(['llama3.2:latest'])
  for (const model of ['llama3.2', 'ollama/llama3.2']) {
    const text = await ask(`${gateway.url}/generate-stream`, { prompt: 'Tides?', model })
    const report = JSON.parse(await ask(`${gateway.url}/verify`, { text }))
    expect(report).toMatchObject({ status: 'intact', text: words.join('') })
    expect(report.seals[0].claims).toMatchObject({ provider: 'ollama' })
  }
})

test('without an Ollama or a key the built-in model answers', async () => {
  const gateway = await startGateway({})
  expect(await modelsOf(gateway.url)).toContain('demo')
})

test('STREAMSEAL_PUBLIC_URL and STREAMSEAL_ISSUER are what seals say', async () => {
  const gateway = await startGateway({
    STREAMSEAL_PUBLIC_URL: 'https://answers.example.com',
    STREAMSEAL_ISSUER: 'Example Press',
  })
  const text = await ask(`${gateway.url}/generate-stream`, { prompt: 'Hello' })
  const report = JSON.parse(await ask(`${gateway.url}/verify`, { text }))
  expect(report.seals[0].claims).toMatchObject({
    issuer: 'Example Press',
    verifyUrl: 'https://answers.example.com/verify',
  })
})
