/** How an answer of a given type is asked for and read: as plain text, or as JSON, with a single key around what is no object. */
import { jsonrepair } from 'jsonrepair'
import type { ModelRequest } from '../contract.ts'
import { createPartialJson } from '../partial-json.ts'
import { DeclareError, issuesLine } from './declare-error.ts'
import { type Checked, check, type JsonSchema, jsonSchemaOf, type Schema } from './schema.ts'

/** What is declared of an answer. */
export interface OutputOptions {
  output?: Schema | undefined
  /** The output as JSON Schema, where the schema's library does not convert. */
  jsonSchema?: JsonSchema | undefined
  /** What the result is, in words. */
  returns?: string | undefined
  /** The key around a result that is no object; default `result`. */
  returnName?: string | undefined
  /** Whether the model is also told the schema in words; default true. */
  describeOutput?: boolean | undefined
}

/** Reads the answer as it streams. */
export interface PartialReader {
  /** Takes a delta; returns the value so far, `undefined` before there is one. */
  feed(delta: string): unknown
}

/** How the answer is asked for, read and checked. */
export interface OutputPlan {
  isStructured: boolean
  /** What the model is told about the form of its answer. */
  instructions?: string
  responseFormat?: NonNullable<ModelRequest['responseFormat']>
  newReader(): PartialReader | undefined
  /** Reads and checks a whole answer. */
  read(text: string): Promise<Checked<unknown>>
  /** Checks one whole element of an array; throws `OUTPUT_INVALID`. */
  readElement(element: unknown): Promise<unknown>
}

/** The plan for an answer. */
export function planOutput(options: OutputOptions): OutputPlan {
  const { output, returns } = options
  const schema = options.jsonSchema ?? (output === undefined ? undefined : jsonSchemaOf(output, 'output'))
  if (output === undefined || isText(schema)) return textPlan(output, returns)
  return jsonPlan(output, schema, options)
}

/** A string that may be any: no JSON around it. */
const isText = (schema: JsonSchema | undefined): boolean =>
  schema?.type === 'string' && !('enum' in schema) && !('const' in schema)

function textPlan(output: Schema | undefined, returns: string | undefined): OutputPlan {
  return {
    isStructured: false,
    ...(returns === undefined ? {} : { instructions: `Answer with ${returns}.` }),
    newReader: () => undefined,
    read: async text => (output === undefined ? { value: text } : check(output, text)),
    readElement: async element => element,
  }
}

function jsonPlan(output: Schema, schema: JsonSchema | undefined, options: OutputOptions): OutputPlan {
  const { returns, returnName = 'result', describeOutput = true } = options
  // Providers take objects at the top; without a schema nothing is known, and nothing is put around.
  const wrap = schema !== undefined && schema.type !== 'object' && !('properties' in schema)
  const asked = wrap ? wrapped(schema, returnName, returns) : schema
  const unwrap = (value: unknown): unknown => (wrap ? valueAt(value, returnName) : value)
  return {
    isStructured: true,
    ...(describeOutput ? { instructions: describe(asked, wrap ? undefined : returns) } : {}),
    responseFormat: {
      type: 'json',
      ...(asked === undefined ? {} : { schema: { ...asked }, name: 'answer' }),
    },
    newReader: () => createReader(unwrap),
    read: async text => readJson(text, value => check(output, unwrap(value))),
    readElement: element => checkElement(output, element),
  }
}

function wrapped(schema: JsonSchema, name: string, returns: string | undefined): JsonSchema {
  const { $defs, definitions, ...inner } = schema
  const described = returns === undefined ? inner : { description: returns, ...inner }
  return {
    type: 'object',
    properties: { [name]: described },
    required: [name],
    additionalProperties: false,
    // References count from the root.
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  }
}

function describe(schema: JsonSchema | undefined, returns: string | undefined): string {
  const what = returns === undefined ? '' : ` It holds ${returns}.`
  const form = schema === undefined ? '' : ` It follows this JSON Schema:\n${JSON.stringify(schema)}`
  return `Answer with one JSON value and nothing else: no introduction, no code fence.${what}${form}`
}

function valueAt(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  // Some models leave the key out that they were asked for.
  return isObject && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : isObject
      ? undefined
      : value
}

/** Models that are asked in words put prose or a fence before their JSON. */
const opening = /[{[]/

function createReader(unwrap: (value: unknown) => unknown): PartialReader {
  const json = createPartialJson()
  let state: 'before' | 'inside' | 'broken' = 'before'
  return {
    feed: delta => {
      let text = delta
      if (state === 'before') {
        const at = text.search(opening)
        if (at < 0) return undefined
        state = 'inside'
        text = text.slice(at)
      }
      if (state === 'inside' && !json.complete) {
        try {
          json.feed(text)
        } catch {
          // Whatever is wrong with it is mended, or told, when the answer is whole; trailing prose is no matter.
          state = 'broken'
        }
      }
      return json.value === undefined ? undefined : unwrap(json.value)
    },
  }
}

/** An array of one is checked in the array's place; what is only said of the array itself, such as its length, waits for the whole. */
async function checkElement(output: Schema, element: unknown): Promise<unknown> {
  const checked = await check(output, [structuredClone(element)])
  if ('value' in checked) return (checked.value as unknown[])[0]
  const issues = checked.issues.filter(({ path }) => path.length > 0)
  if (issues.length === 0) return element
  throw new DeclareError(`An element of the answer does not fit: ${issuesLine(issues)}`, {
    code: 'OUTPUT_INVALID',
    issues,
  })
}

async function readJson(
  text: string,
  checkValue: (value: unknown) => Promise<Checked<unknown>>,
): Promise<Checked<unknown>> {
  const candidates = [
    () => JSON.parse(text),
    () => JSON.parse(insideOf(text)),
    () => JSON.parse(jsonrepair(insideOf(text))),
  ]
  for (const candidate of candidates) {
    let value: unknown
    try {
      value = candidate()
    } catch {
      continue
    }
    return checkValue(value)
  }
  return { issues: [{ message: 'the answer is not JSON', path: [] }] }
}

/** What stands between the first opening bracket and the last closing one. */
function insideOf(text: string): string {
  const start = text.search(opening)
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  return start < 0 || end < start ? text : text.slice(start, end + 1)
}
