/** What routes answer with, as the document says it. */
import type { Schema } from './bodies.ts'

/** Responses by status, as an OpenAPI document has them. */
export type Answers = Readonly<Record<string, Schema>>

const text = { type: 'string' }

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

function object(required: readonly string[], properties: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: 'object', required, properties }
}

/** An answer in JSON. */
export function json(description: string, schema: Schema): Schema {
  return { description, content: { 'application/json': { schema } } }
}

/** An answer in JSON, or in events where the request asks for a stream. */
export function jsonOrEvents(description: string, schema: Schema): Schema {
  return {
    description,
    headers: {
      'Streamseal-Stream-Id': { schema: text, description: "the seal's stream id; none where it is off" },
    },
    content: { 'application/json': { schema }, 'text/event-stream': {} },
  }
}

/** An answer of another type. */
export function typed(description: string, ...types: readonly string[]): Schema {
  // Tools would hold each event's data against a schema of events.
  const schemas = types.map(type => [type, type === 'text/event-stream' ? {} : { schema: text }])
  return { description, content: Object.fromEntries(schemas) }
}

/** An answer without a body. */
export const nothing = (description: string): Schema => ({ description })

/** The refusals of a route, in the shape of its vendor. */
export function refusals(shape: 'Error' | 'OpenAIError' | 'AnthropicError'): Answers {
  return {
    '4XX': json('refused', ref(shape)),
    '5XX': json('the provider, or the gateway, failed', ref(shape)),
  }
}

/** The schemas that answers name. */
export const components: Readonly<Record<string, Schema>> = {
  Error: object(['error'], {
    error: object(['code', 'message', 'retryable'], {
      code: text,
      message: text,
      retryable: { type: 'boolean' },
    }),
  }),
  OpenAIError: object(['error'], { error: object(['message'], { message: text }) }),
  AnthropicError: object(['type', 'error'], {
    type: { const: 'error' },
    error: object(['type', 'message'], { type: text, message: text }),
  }),
  ChatCompletion: object(['id', 'object', 'created', 'model', 'choices'], {
    object: { const: 'chat.completion' },
    choices: { type: 'array', items: object(['index', 'message', 'finish_reason']) },
    streamseal: object(['stream_id'], { stream_id: text, detached: text }),
  }),
  Response: object(['id', 'object', 'status', 'output'], {
    object: { const: 'response' },
    output: { type: 'array' },
  }),
  Message: object(['id', 'type', 'role', 'content', 'model', 'usage'], { type: { const: 'message' } }),
  Models: object(['object', 'data'], {
    object: { const: 'list' },
    data: { type: 'array', items: object(['id', 'object', 'created', 'owned_by']) },
  }),
  Report: object(['status', 'text', 'seals', 'unsealed', 'foreign'], {
    status: text,
    text,
    seals: { type: 'array' },
    unsealed: { type: 'array' },
    foreign: { type: 'array' },
  }),
  Stripped: object(['text'], { text }),
  Sealed: object(['text', 'stream_id'], { text, stream_id: text, detached: text }),
  Run: object(['id', 'state', 'provider', 'model', 'created_at', 'last_cursor'], {
    id: text,
    state: text,
    last_cursor: { type: 'integer' },
  }),
  Cancelled: object(['id', 'cancelled'], { id: text, cancelled: { type: 'boolean' } }),
  Receiver: object(['id', 'url'], { id: text, url: text }),
  Receivers: object(['receivers'], { receivers: { type: 'array', items: ref('Receiver') } }),
  Delivery: object(['id', 'receiverId', 'type', 'state', 'attempts', 'createdAt'], {
    id: text,
    receiverId: text,
    type: text,
    state: { enum: ['pending', 'delivered', 'dead'] },
    attempts: { type: 'integer' },
    createdAt: text,
  }),
  Deliveries: object(['deliveries'], { deliveries: { type: 'array', items: ref('Delivery') } }),
  Replayed: object(['id', 'state'], { id: text, state: { const: 'pending' } }),
  Rotated: object(['id', 'secret'], { id: text, secret: text }),
  Keys: object(['keys'], { keys: { type: 'array', items: { type: 'object' } } }),
  Health: object(['status'], { status: text }),
  Readiness: object(['status', 'draining', 'store'], {
    status: { enum: ['ready', 'unready'] },
    draining: { type: 'boolean' },
    store: { type: 'boolean' },
  }),
}

/** A schema of `components`. */
export const schemaOf: (name: string) => Schema = ref
