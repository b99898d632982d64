/** The OpenAPI document that a gateway serves. `STREAMSEAL_WRITE_DOCS=1` writes `docs/openapi.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../src/openapi/operations.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

interface Document {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Record<
    string,
    Record<
      string,
      { summary: string; responses: object; requestBody?: { content: Record<string, { schema: object }> } }
    >
  >
  readonly components: { readonly schemas: Record<string, object> }
}

const pagePath = new URL('../../../docs/openapi.json', import.meta.url)

let gateway: TestGateway
let document: Document
beforeAll(async () => {
  gateway = await startTestGateway({ STREAMSEAL_API_KEY: 'right' })
  document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Document
})
afterAll(() => gateway.remove())

const documented = (): string[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )

test('every route is in it, with its answers, and no other', () => {
  expect(documented().sort()).toEqual(Object.keys(operations).sort())
})

test('docs/openapi.json is the document', () => {
  if (process.env.STREAMSEAL_WRITE_DOCS === '1')
    writeFileSync(pagePath, `${JSON.stringify(document, null, 2)}\n`)
  else expect(JSON.parse(readFileSync(pagePath, 'utf8'))).toEqual(document)
})

test('its schemas are JSON Schemas, and every reference leads somewhere', () => {
  const ajv = new Ajv2020({ strict: false })
  const bodies = Object.values(document.paths).flatMap(methods =>
    Object.values(methods).flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {})),
  )
  for (const { schema } of bodies) expect(ajv.validateSchema(schema)).toBe(true)
  for (const schema of Object.values(document.components.schemas))
    expect(ajv.validateSchema(schema)).toBe(true)
  const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
    ([, name]) => name,
  )
  for (const name of names) expect(document.components.schemas).toHaveProperty(String(name))
})

describe('the schemas of the document check the requests', () => {
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer right' },
      body: JSON.stringify(body),
    })

  test.each([
    ['/v1/chat/completions', { model: 'demo', messages: ['Hi'] }, 'messages[0]'],
    ['/v1/chat/completions', { model: 'demo', messages: [{}] }, 'messages[0].role'],
    ['/v1/responses', { model: 7, input: 'Hi' }, 'model'],
    ['/v1/responses', { model: 'demo', input: 7 }, 'input'],
  ])('POST %s %j is refused with the parameter', async (path, body, param) => {
    const response = await post(path, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
  })

  test("a message of Anthropic's without content is refused in its shape", async () => {
    const response = await post('/v1/messages', {
      model: 'demo',
      max_tokens: 9,
      messages: [{ role: 'user' }],
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: expect.stringContaining('"messages[0].content" is missing'),
      },
    })
  })

  test('a parameter that nobody knows passes', async () => {
    const messages = [{ role: 'user', content: 'Hi', name: 'me' }]
    const response = await post('/v1/chat/completions', { model: 'demo', messages, new_parameter: { x: 1 } })
    expect(response.status).toBe(200)
    await response.text()
  })
})
