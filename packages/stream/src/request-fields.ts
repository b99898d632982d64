/** What the request bodies of several providers have in common. */
import type { ModelRequest, Tool } from './contract.ts'
import { defined } from './defined.ts'
import { type Fields, isObject, readArray, readObject, readString, unreadable } from './read-fields.ts'

/** What is read, or `undefined` where there is nothing. */
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value)
}

/** A function as providers declare one; `schema` is where its input's schema stands. */
export function readTool({ name, description }: Fields, schema: unknown, at: string): Tool {
  return {
    name: readString(name, `${at}.name`),
    ...(typeof description === 'string' ? { description } : {}),
    inputSchema: isObject(schema) ? schema : { type: 'object', properties: {} },
  }
}

/** The list of tools, each read by its provider's own rule. */
export function readTools(value: unknown, read: (tool: Fields, at: string) => Tool): Tool[] | undefined {
  return optional(value, tools =>
    readArray(tools, 'tools').map((tool, index) => {
      const at = `tools[${index}]`
      return read(readObject(tool, at), at)
    }),
  )
}

/** Refuses a tool that its provider runs itself. */
export function notATool({ type }: Fields, at: string): Error {
  return unreadable(
    `${at}.type`,
    `is ${JSON.stringify(type)}, a tool that this model's provider does not run`,
  )
}

/** Where a text ends. */
export function readStops(value: unknown, at: string): string[] | undefined {
  return optional(value, stops =>
    readArray(stops, at).map((stop, index) => readString(stop, `${at}[${index}]`)),
  )
}

/** OpenAI's word for a choice of tools, or what `read` makes of an object. */
export function readToolChoice(
  value: unknown,
  read: (choice: Fields) => ModelRequest['toolChoice'],
): ModelRequest['toolChoice'] {
  if (value === 'auto' || value === 'none' || value === 'required') return value
  return optional(value, choice => read(readObject(choice, 'tool_choice')))
}

/** OpenAI's formats of an answer; `described` is where a schema and its name stand. */
export function readFormat(
  type: unknown,
  described: () => Fields,
  at: string,
): ModelRequest['responseFormat'] {
  if (type === 'text') return { type: 'text' }
  if (type === 'json_object') return { type: 'json' }
  if (type !== 'json_schema') throw unreadable(`${at}.type`, `is ${JSON.stringify(type)}`)
  const { schema, name, strict } = described()
  return defined({
    type: 'json' as const,
    schema: isObject(schema) ? schema : undefined,
    name: typeof name === 'string' ? name : undefined,
    // OpenAI's default is false, ours is true: what is left out there is said here.
    strict: isObject(schema) ? strict === true : undefined,
  })
}
