/** A small JSON value that follows a JSON Schema, for the demonstration model's structured answers. */

type Schema = Record<string, unknown>

const maxDepth = 8

/** Understands types, properties, items, enums and constants; anything else gives a string. */
export function sampleJson(schema: Schema | undefined, depth = 0): unknown {
  if (schema === undefined)
    return { model: 'demo', answer: 'This is the built-in demonstration model of Streamseal.' }
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (depth >= maxDepth) return null
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([key, value]) => [
          key,
          sampleJson(value, depth + 1),
        ]),
      )
    case 'array':
      return [sampleJson((schema.items ?? {}) as Schema, depth + 1)]
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'demonstration'
  }
}
