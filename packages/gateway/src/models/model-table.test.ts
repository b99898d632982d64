import { afterEach, expect, test } from 'vitest'
import { type FakeOpenAI, sendJson, startFakeOpenAI } from '../../test/fake-openai.ts'
import { readConfig } from '../config/read-config.ts'
import { fetchModels } from './fetch-models.ts'
import { createModelTable, type ModelTable } from './model-table.ts'
import { findSources } from './sources.ts'

const servers: FakeOpenAI[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** A provider that shows each key a model of its own name. */
async function provider(): Promise<FakeOpenAI> {
  const server = await startFakeOpenAI((response, { headers }) => {
    const id = headers.authorization?.replace('Bearer ', 'model-of-')
    if (id === undefined) sendJson(response, 401, { error: { message: 'no key' } })
    else sendJson(response, 200, { object: 'list', data: [{ id }] })
  })
  servers.push(server)
  return server
}

async function tableOf({ baseUrl }: FakeOpenAI, env: Record<string, string> = {}): Promise<ModelTable> {
  const config = readConfig({ OPENAI_BASE_URL: baseUrl, OLLAMA_HOST: 'http://127.0.0.1:9', ...env })
  return createModelTable(await findSources(config), config.model)
}

test("findDefault() gives each client's key the first model that is listed to it, and asks once", async () => {
  const server = await provider()
  const table = await tableOf(server)
  const defaultOf = async (key: string) => (await table.findDefault(`Bearer ${key}`)).model
  expect(await defaultOf('ann')).toBe('model-of-ann')
  expect(await defaultOf('bob')).toBe('model-of-bob')
  expect(await defaultOf('ann')).toBe('model-of-ann')
  await expect(table.findDefault()).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  expect(await defaultOf('bob')).toBe('model-of-bob')
  expect(server.seen).toHaveLength(3)
})

test("findDefault() asks once for everybody where the gateway's own key asks", async () => {
  const server = await provider()
  const table = await tableOf(server, { OPENAI_API_KEY: 'ours' })
  for (const key of ['ann', 'bob'])
    expect((await table.findDefault(`Bearer ${key}`)).model).toBe('model-of-ours')
  expect(server.seen).toHaveLength(1)
})

test('fetchModels() leaves a listing that does not end', async () => {
  const server = await startFakeOpenAI(response => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"data":[')
    const more = setInterval(() => response.write('{"id":"m"},'.repeat(1000)), 1)
    response.on('close', () => clearInterval(more))
  })
  servers.push(server)
  const listing = fetchModels(`${server.baseUrl}/models`, { provider: 'endless', maxBytes: 100_000 })
  await expect(listing).rejects.toMatchObject({
    code: 'PROVIDER_UNAVAILABLE',
    message: expect.stringContaining('longer than 100000 bytes'),
  })
})
