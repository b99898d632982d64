/** The OpenAPI document (3.1), made from the routes as they are registered and the schemas that their requests are checked by. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import { version } from '../version.ts'
import { components } from './answers.ts'
import type { Schema } from './bodies.ts'
import { type Operation, operations } from './operations.ts'

/** Gathers the routes that are registered behind it, has their bodies checked, and adds `GET /openapi.json`. */
export function addOpenApi(app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', route => {
    const operation = operations[`${String(route.method)} ${route.url}`]
    if (operation?.body !== undefined) route.schema = { body: operation.body, ...route.schema }
    if (isDocumented(route)) routes.push(route)
  })
  let document: string | undefined
  app.get('/openapi.json', { config: { isPublic: true } }, async (_request, reply) => {
    document ??= JSON.stringify(documentOf(routes))
    reply.raw.setHeader('access-control-allow-origin', '*')
    return reply.type('application/json; charset=utf-8').send(document)
  })
}

/** What passes through has any shape, and the files of the pages are theirs. */
function isDocumented({ method, url, config }: RouteOptions): boolean {
  if (typeof method !== 'string' || method === 'HEAD' || url.includes('*')) return false
  return config?.isPublic !== true || Object.hasOwn(operations, `${method} ${url}`)
}

function documentOf(routes: readonly RouteOptions[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [String(route.method).toLowerCase()]: toOperation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Streamseal',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        "Streams any LLM to any client, with provenance sealed into every answer. Other /v1/* go to the server that speaks OpenAI's dialect. WebSockets, which OpenAPI does not describe, are at /query/ws, /ws and /chat/ws.",
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  }
}

function toOperation(route: RouteOptions): Schema {
  const name = `${String(route.method)} ${route.url}`
  const row: Operation | undefined = operations[name]
  const { body, querystring } = (route.schema ?? {}) as { body?: Schema; querystring?: Schema }
  const isOpen = route.config?.isOpen ?? route.config?.isPublic ?? false
  return {
    operationId: name.replace(/\W+/g, '-').toLowerCase(),
    summary: row?.summary ?? name,
    // An empty requirement: without an API key of the gateway's own, none is asked for.
    security: isOpen ? [{}] : [{ bearer: [] }, { key: [] }, {}],
    parameters: [...pathParameters(route.url), ...queryParameters(querystring), ...(row?.headers ?? [])],
    ...(body === undefined
      ? {}
      : { requestBody: { required: !takesNull(body), content: { 'application/json': { schema: body } } } }),
    responses: row?.answers ?? { default: { description: 'an answer' } },
  }
}

/** Where null will do, no body will do. */
function takesNull({ type }: Schema): boolean {
  return Array.isArray(type) && type.includes('null')
}

function pathParameters(url: string): Schema[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }))
}

function queryParameters(querystring: Schema | undefined): Schema[] {
  const { properties = {}, required = [] } = (querystring ?? {}) as {
    properties?: Record<string, Schema>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}
