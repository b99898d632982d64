/** How an answer of a given type is asked for and read: as plain text, or as JSON, with a single key around what is no object. */
import type { ModelRequest } from '../contract.ts'
import { createPartialJson } from '../partial-json.ts'
import { DeclareError, issuesLine } from './declare-error.ts'
import { findJson, openingOf } from './find-json.ts'
import { closedSchema, isStrictSchema } from './provider-schema.ts'
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
  /** The longest answer that is mended where it is not quite JSON, in characters; default 256 Ki. */
  maxRepairChars?: number | undefined
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
  /** Checks one whole element of an array, of which these have come; throws `OUTPUT_INVALID`. */
  readElement(elements: readonly unknown[], index: number): Promise<unknown>
}

/** The plan for an answer. */
export function planOutput(options: OutputOptions): OutputPlan {
  const { output, returns } = options
  // What the model writes is what the schema takes in; what it makes of that is the caller's.
  const schema = options.jsonSchema ?? (output === undefined ? undefined : jsonSchemaOf(output, 'input'))
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
    readElement: async (elements, index) => elements[index],
  }
}

function jsonPlan(output: Schema, schema: JsonSchema | undefined, options: OutputOptions): OutputPlan {
  const { returns, returnName = 'result', describeOutput = true, maxRepairChars = 256 * 1024 } = options
  // Providers take objects at the top; without a schema nothing is known, and nothing is put around.
  const wrap = schema !== undefined && schema.type !== 'object' && !('properties' in schema)
  const asked = schema && closedSchema(wrap ? wrapped(schema, returnName, returns) : schema)
  // A wrapped value may come without its wrapping.
  const isObject = schema !== undefined && !wrap
  const unwrap = (value: unknown): unknown => (wrap ? valueAt(value, returnName) : value)
  return {
    isStructured: true,
    ...(describeOutput ? { instructions: describe(asked, wrap ? undefined : returns) } : {}),
    responseFormat: {
      type: 'json',
      ...(asked === undefined ? {} : { schema: { ...asked }, name: 'answer' }),
      ...(asked === undefined || isStrictSchema(asked) ? {} : { strict: false }),
    },
    newReader: () => createReader(unwrap, openingOf(isObject)),
    read: text =>
      readJson(findJson(text, { isObject, maxRepairChars }), value => check(output, unwrap(value))),
    readElement: (elements, index) => checkElement(output, schema, elements, index),
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
function createReader(unwrap: (value: unknown) => unknown, opening: RegExp): PartialReader {
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

/** Checked in the place of all that came before, or of as many as the schema demands; what else is said of the array itself waits for the whole. */
async function checkElement(
  output: Schema,
  schema: JsonSchema | undefined,
  elements: readonly unknown[],
  index: number,
): Promise<unknown> {
  const isTuple = Array.isArray(schema?.items) || schema?.prefixItems !== undefined
  const place = isTuple ? index : 0
  const minItems = typeof schema?.minItems === 'number' ? Math.min(schema.minItems, 1000) : 1
  const filled = isTuple
    ? elements.slice(0, index + 1)
    : Array.from({ length: Math.max(1, minItems) }, () => elements[index])
  const checked = await check(output, structuredClone(filled))
  if ('value' in checked) return (checked.value as unknown[])[place]
  const issues = checked.issues.filter(({ path }) => path[0] === String(place))
  if (issues.length === 0) return elements[index]
  const named = issues.map(({ message, path }) => ({ message, path: [String(index), ...path.slice(1)] }))
  throw new DeclareError(`An element of the answer does not fit: ${issuesLine(named)}`, {
    code: 'OUTPUT_INVALID',
    issues: named,
  })
}

async function readJson(
  values: Iterable<unknown>,
  checkValue: (value: unknown) => Promise<Checked<unknown>>,
): Promise<Checked<unknown>> {
  let first: Checked<unknown> | undefined
  for (const value of values) {
    const checked = await checkValue(value)
    if ('value' in checked) return checked
    first ??= checked
  }
  return first ?? { issues: [{ message: 'the answer is not JSON', path: [] }] }
}
