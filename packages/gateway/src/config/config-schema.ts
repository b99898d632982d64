/** The JSON Schema of the configuration file, made from the table of settings and what only a file can say. */
import { type Option, options } from './options.ts'

/** A JSON Schema (draft 2020-12). */
export type Schema = Readonly<Record<string, unknown>>

const text = { type: 'string', minLength: 1 }
const sealMode = { enum: ['full', 'light', 'off'] }

/** A secret, or the environment variable that holds it. */
const secret = {
  oneOf: [
    text,
    {
      type: 'object',
      required: ['env'],
      additionalProperties: false,
      properties: { env: { ...text, description: 'the environment variable that holds it' } },
    },
  ],
}

const name = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' }

const providers = {
  type: 'array',
  maxItems: 100,
  description:
    'further servers of models, each under a name of its own; asked in this order, before those of the environment',
  items: {
    type: 'object',
    required: ['name', 'baseUrl'],
    additionalProperties: false,
    properties: {
      name: { ...name, description: 'the provider; "<name>/<model>" names one of its models' },
      dialect: { enum: ['openai', 'anthropic'], default: 'openai', description: 'what it speaks' },
      baseUrl: { ...text, description: 'as the SDK of its dialect has it' },
      apiKey: { ...secret, description: "without it the client's own key goes through" },
      models: {
        type: 'array',
        items: text,
        maxItems: 1000,
        description: 'names that go to it without its prefix; "*" at the end stands for any rest',
      },
    },
  },
}

const models = {
  type: 'object',
  description: 'names of models, and where they lead; "*" at the end of a name stands for any rest',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      to: { ...text, description: 'the name that is asked for instead, such as "groq/llama-3.3-70b"' },
      seal: { ...sealMode, description: 'how its answers are sealed where the request does not say' },
    },
  },
}

const keys = {
  type: 'array',
  maxItems: 10_000,
  description: 'API keys of clients, beside apiKey',
  items: {
    type: 'object',
    required: ['name', 'key'],
    additionalProperties: false,
    properties: {
      name: { ...name, description: 'whose it is' },
      key: secret,
      seal: { ...sealMode, description: 'how its answers are sealed where the request does not say' },
    },
  },
}

const receivers = {
  type: 'array',
  maxItems: 100,
  description: 'receivers that are registered at start, by their URL',
  items: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      url: text,
      events: { type: 'array', items: text, minItems: 1, maxItems: 16 },
      secret,
      description: text,
    },
  },
}

interface Group {
  type: 'object'
  additionalProperties: false
  properties: Record<string, Schema>
}

/** The schema; the file `streamseal.config.schema.json` holds it. */
export function configSchema(): Schema {
  const root: Group = {
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' } },
  }
  for (const option of options) place(root, option)
  Object.assign(root.properties, { providers, models, keys })
  groupOf(root, 'webhooks').properties.receivers = receivers
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The configuration of a Streamseal gateway',
    ...root,
  }
}

function place(root: Group, option: Option): void {
  const names = option.path.split('.')
  const last = names.pop() ?? ''
  const group = names.reduce(groupOf, root)
  group.properties[last] = {
    ...schemaOf(option),
    description: `${option.meaning} (${option.variable}; default: ${option.fallback})`,
  }
}

function groupOf(parent: Group, groupName: string): Group {
  parent.properties[groupName] ??= { type: 'object', additionalProperties: false, properties: {} }
  return parent.properties[groupName] as unknown as Group
}

function schemaOf({ kind, minimum, maximum }: Option): Schema {
  if (typeof kind !== 'string') return { enum: kind }
  if (kind === 'port' || kind === 'number') return { type: 'integer', minimum, maximum }
  if (kind === 'switch') return { type: 'boolean' }
  if (kind === 'list') return { type: 'array', items: { type: 'string', pattern: '^[^,]+$' } }
  return kind === 'secret' ? secret : text
}
