/** What the document says of each route beyond what the route itself says: one row each. */
import { type Answers, json, jsonOrEvents, nothing, refusals, schemaOf, typed } from './answers.ts'
import { chatBody, countBody, messagesBody, responsesBody, type Schema } from './bodies.ts'

/** One row. */
export interface Operation {
  readonly summary: string
  readonly answers: Answers
  /** The body, where the route leaves it to this row to have it checked. */
  readonly body?: Schema
  /** Headers that are read. */
  readonly headers?: readonly Schema[]
}

const sealHeader: Schema = {
  name: 'Streamseal-Seal',
  in: 'header',
  description: 'how the answer is sealed: full, light, on or off',
  schema: { type: 'string', examples: ['full', 'off'] },
}
const resumeHeader: Schema = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'goes on behind this event, without asking the model again',
  schema: { type: 'string' },
}

const own = refusals('Error')
const openai = refusals('OpenAIError')
const anthropic = refusals('AnthropicError')
const events = typed('events', 'text/event-stream')
const upToDate = nothing('there is nothing more')
const page = { '200': typed('the page', 'text/html'), ...own }

/** By method and path. */
export const operations: Readonly<Record<string, Operation>> = {
  'POST /v1/chat/completions': {
    summary:
      "Answers as OpenAI's chat completions; parameters that are not listed go to the provider as they are",
    body: chatBody,
    headers: [sealHeader],
    answers: { '200': jsonOrEvents('the answer', schemaOf('ChatCompletion')), ...openai },
  },
  'POST /v1/responses': {
    summary: "Answers as OpenAI's Responses API",
    body: responsesBody,
    headers: [sealHeader],
    answers: { '200': jsonOrEvents('the answer', schemaOf('Response')), ...openai },
  },
  'POST /v1/messages': {
    summary: "Answers as Anthropic's Messages API",
    body: messagesBody,
    headers: [sealHeader],
    answers: { '200': jsonOrEvents('the answer', schemaOf('Message')), ...anthropic },
  },
  'POST /v1/messages/count_tokens': {
    summary: 'Counts the tokens of a request, where the provider is Anthropic',
    body: countBody,
    answers: { '200': json('the count', { type: 'object' }), ...anthropic },
  },
  'GET /v1/models': {
    summary: 'Lists the models',
    answers: { '200': json('the models', schemaOf('Models')), ...openai },
  },
  'GET /query/stream': {
    summary: 'Answers a query as events, to which a reader may come back',
    headers: [sealHeader, resumeHeader],
    answers: { '200': events, '204': upToDate, ...own },
  },
  'POST /query/stream': {
    summary: 'Answers a query or messages as events',
    headers: [sealHeader, resumeHeader],
    answers: { '200': events, '204': upToDate, ...own },
  },
  'POST /stream': {
    summary: 'The same as POST /query/stream',
    headers: [sealHeader, resumeHeader],
    answers: { '200': events, '204': upToDate, ...own },
  },
  'GET /generate-stream': {
    summary: 'Answers a prompt as chunked text',
    headers: [sealHeader],
    answers: { '200': typed('the answer', 'text/plain'), ...own },
  },
  'POST /generate-stream': {
    summary: 'Answers a prompt as chunked text',
    headers: [sealHeader],
    answers: { '200': typed('the answer', 'text/plain'), ...own },
  },
  'POST /api/chat': {
    summary: "Answers the AI SDK's useChat as its UI message stream",
    headers: [sealHeader],
    answers: { '200': events, ...own },
  },
  'GET /api/chat/:id/stream': {
    summary: "The chat's run under way, from its beginning",
    answers: { '200': events, '204': nothing('no run is under way'), ...own },
  },
  'GET /runs/:id': { summary: 'A run', answers: { '200': json('the run', schemaOf('Run')), ...own } },
  'GET /runs/:id/stream': {
    summary: 'A run as events, from its beginning or behind a cursor',
    headers: [resumeHeader],
    answers: { '200': events, '204': upToDate, ...own },
  },
  'POST /runs/:id/cancel': {
    summary: 'Stops a run',
    answers: { '200': json('whether it was stopped', schemaOf('Cancelled')), ...own },
  },
  'POST /webhooks': {
    summary: 'Registers a receiver; its secret is answered this once',
    answers: { '201': json('the receiver', schemaOf('Receiver')), ...own },
  },
  'GET /webhooks': {
    summary: 'The receivers, without their secrets',
    answers: { '200': json('the receivers', schemaOf('Receivers')), ...own },
  },
  'GET /webhooks/:id/deliveries': {
    summary:
      'What a receiver was sent and is to be sent, the newest first; `state=dead` lists what was given up',
    answers: { '200': json('the messages', schemaOf('Deliveries')), ...own },
  },
  'POST /webhooks/:id/deliveries/:delivery/replay': {
    summary: 'Sends a message again',
    answers: { '202': json('it is sent', schemaOf('Replayed')), ...own },
  },
  'POST /webhooks/:id/rotate': {
    summary:
      'Gives a receiver a new secret; messages are signed with the old one too until the next rotation',
    answers: { '200': json('the new secret, this once', schemaOf('Rotated')), ...own },
  },
  'DELETE /webhooks/:id': { summary: 'Forgets a receiver', answers: { '204': nothing('forgotten'), ...own } },
  'POST /verify': {
    summary: 'Says who issued a text, and what was changed since',
    answers: { '200': json('the report', schemaOf('Report')), ...own },
  },
  'POST /strip': {
    summary: 'Gives a text without our marks',
    answers: { '200': json('the text', schemaOf('Stripped')), ...own },
  },
  'POST /seal': {
    summary: 'Seals a text; needs an API key even on loopback',
    answers: { '200': json('the sealed text', schemaOf('Sealed')), ...own },
  },
  'GET /.well-known/jwks.json': {
    summary: 'The public keys',
    answers: {
      '200': {
        description: 'the keys',
        content: { 'application/jwk-set+json': { schema: schemaOf('Keys') } },
      },
      ...own,
    },
  },
  'GET /healthz': {
    summary: 'Whether the process is alive',
    answers: { '200': json('alive', schemaOf('Health')), ...own },
  },
  'GET /healthz/stream': {
    summary: 'Five events, a fifth of a second apart: whether something on the way holds events back',
    answers: { '200': events, ...own },
  },
  'GET /readyz': {
    summary: 'Whether requests are taken',
    answers: {
      '200': json('ready', schemaOf('Readiness')),
      '503': json('draining, or without its database', schemaOf('Readiness')),
      ...own,
    },
  },
  'GET /metrics': {
    summary: 'Figures for Prometheus',
    answers: { '200': typed('the figures', 'text/plain'), ...own },
  },
  'GET /openapi.json': {
    summary: 'This document',
    answers: { '200': json('the document', { type: 'object' }), ...own },
  },
  'GET /': { summary: 'The playground', answers: page },
  'GET /verify': { summary: 'The page that verifies a text', answers: page },
}
