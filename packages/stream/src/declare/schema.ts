/** Schemas of any library that speaks Standard Schema (Zod, Valibot, ArkType): what they check, and what they look like as JSON Schema. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { DeclareError, type DeclareIssue } from './declare-error.ts'

/** Any Standard Schema (standardschema.dev, version 1). */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>

/** A JSON Schema, draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What a check came to. */
export type Checked<Output> = { value: Output } | { issues: DeclareIssue[] }

/** Checks a value; every issue has its path. */
export async function check<Output>(
  schema: Schema<unknown, Output>,
  value: unknown,
): Promise<Checked<Output>> {
  const result = await schema['~standard'].validate(value)
  return result.issues === undefined ? { value: result.value } : { issues: result.issues.map(toIssue) }
}

function toIssue({ message, path = [] }: StandardSchemaV1.Issue): DeclareIssue {
  return { message, path: path.map(step => (typeof step === 'object' ? step.key : step)).map(String) }
}

/** The schema as JSON Schema, or `undefined` where its library does not convert and nothing was given by hand. */
export function jsonSchemaOf(schema: Schema, side: 'input' | 'output'): JsonSchema | undefined {
  const standard = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>
  if (standard.jsonSchema === undefined) return undefined
  try {
    const { $schema: _, ...rest } = standard.jsonSchema[side]({ target: 'draft-07' })
    return rest
  } catch (cause) {
    throw new DeclareError(
      `Cannot describe the ${side} to a model: its schema has no JSON Schema, give one as jsonSchema`,
      {
        code: 'SCHEMA_UNSUPPORTED',
        cause,
      },
    )
  }
}
