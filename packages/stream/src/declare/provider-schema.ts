/** A JSON Schema as providers enforce it: objects closed, because they refuse open ones, and whether they can to the letter. */
import { defined } from '../defined.ts'
import type { JsonSchema } from './schema.ts'

/** Keywords that hold a schema, a list of them, or one for each name. */
const holders = ['items', 'additionalItems', 'additionalProperties', 'anyOf', 'prefixItems'] as const
const named = ['properties', '$defs', 'definitions'] as const

/** What strict modes do not know (OpenAI: "Structured outputs", supported schemas). */
const unknownToStrict = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'additionalItems',
  'prefixItems',
  'default',
]

/** The schema with every object closed that does not say itself what else it takes, and `oneOf` as `anyOf`. */
export function closedSchema(schema: JsonSchema): JsonSchema {
  const { oneOf, ...rest } = schema
  const alternatives = Array.isArray(oneOf) && !('anyOf' in rest) ? { anyOf: oneOf } : defined({ oneOf })
  const closed = mapSchemas({ ...rest, ...alternatives }, closedSchema)
  const isOpen = 'properties' in closed && !('additionalProperties' in closed)
  return isOpen ? { ...closed, additionalProperties: false } : closed
}

/** Whether a provider can be asked to keep to it to the letter: every object closed, every key required, known keywords. */
export function isStrictSchema(schema: JsonSchema): boolean {
  if (unknownToStrict.some(keyword => keyword in schema)) return false
  if (schema.type === 'object' && !isClosed(schema)) return false
  let isStrict = !Array.isArray(schema.items)
  mapSchemas(schema, inner => {
    isStrict &&= isStrictSchema(inner)
    return inner
  })
  return isStrict
}

function isClosed({ properties, required, additionalProperties }: JsonSchema): boolean {
  const needed = Array.isArray(required) ? required : []
  return additionalProperties === false && Object.keys(properties ?? {}).every(key => needed.includes(key))
}

function mapSchemas(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): JsonSchema {
  const mapped: Record<string, unknown> = { ...schema }
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(changed)
    return isSchema(value) ? change(value) : value
  }
  for (const keyword of holders) if (keyword in schema) mapped[keyword] = changed(schema[keyword])
  for (const keyword of named) {
    const inner = schema[keyword]
    if (isSchema(inner)) {
      const entries = Object.entries(inner).map(([name, value]) => [name, changed(value)])
      mapped[keyword] = Object.fromEntries(entries)
    }
  }
  return mapped
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
