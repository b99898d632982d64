/** The bodies of the vendors' APIs: what the gateway must know of each is checked, and everything else passes as it is. */

/** A JSON Schema as it stands in a document. */
export type Schema = Readonly<Record<string, unknown>>

const model = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  description: 'the name of a model, as GET /v1/models lists them',
  examples: ['demo'],
}
const stream = {
  type: ['boolean', 'null'],
  description: 'whether the answer comes as server-sent events; default false',
}

/** `POST /v1/chat/completions`. */
export const chatBody: Schema = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model,
    stream,
    messages: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['role'], properties: { role: { type: 'string', minLength: 1 } } },
      examples: [[{ role: 'user', content: 'Hello' }]],
    },
    n: { type: ['integer', 'null'], minimum: 1, maximum: 128, description: 'how many choices; default 1' },
  },
}

/** `POST /v1/responses`. */
export const responsesBody: Schema = {
  type: 'object',
  required: ['model'],
  properties: {
    model,
    stream,
    input: {
      type: ['string', 'array', 'null'],
      description: 'a text, or a list of items',
      examples: ['Hello'],
    },
  },
}

/** `POST /v1/messages`. */
export const messagesBody: Schema = {
  type: 'object',
  // Where the provider is Anthropic and the seal is off, the rest is that provider's to check.
  required: ['model'],
  properties: {
    model,
    stream,
    max_tokens: { type: 'integer', minimum: 1, examples: [1024] },
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: { type: 'string', minLength: 1 }, content: { type: ['string', 'array'] } },
      },
      examples: [[{ role: 'user', content: 'Hello' }]],
    },
  },
}

/** `POST /v1/messages/count_tokens`. */
export const countBody: Schema = { type: 'object', required: ['model'], properties: { model } }
