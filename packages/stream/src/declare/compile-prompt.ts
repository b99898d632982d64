/** A task's description and input as the messages that a model is asked with. */
import type { Message, ModelRequest } from '../contract.ts'
import { defined } from '../defined.ts'
import type { OutputPlan } from './output-plan.ts'
import { valueText } from './prompt-template.ts'
import type { JsonSchema } from './schema.ts'

/** What a model is asked. */
export interface CompiledPrompt {
  messages: Message[]
  responseFormat?: NonNullable<ModelRequest['responseFormat']>
}

/** What is compiled. */
export interface PromptParts {
  /** What is to be done; with `inputs`, they are listed below it. */
  instruction: string
  inputs?: unknown
  /** Where the descriptions of the inputs are. */
  inputSchema?: JsonSchema | undefined
  output: OutputPlan
}

/** One system message where the answer's form matters, one user message with the rest. */
export function compilePrompt({ instruction, inputs, inputSchema, output }: PromptParts): CompiledPrompt {
  const listed = inputs === undefined ? '' : listInputs(inputs, inputSchema)
  const user: Message = { role: 'user', content: [instruction, listed].filter(Boolean).join('\n\n') }
  const { instructions, responseFormat } = output
  return {
    messages: instructions === undefined ? [user] : [{ role: 'system', content: instructions }, user],
    ...defined({ responseFormat }),
  }
}

function listInputs(inputs: unknown, schema: JsonSchema | undefined): string {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    return `Input: ${valueText(inputs)}`
  const lines = Object.entries(inputs).map(
    ([name, value]) => `${name}${descriptionOf(schema, name)}: ${valueText(value)}`,
  )
  return lines.length === 0 ? '' : ['Inputs:', ...lines].join('\n')
}

function descriptionOf(schema: JsonSchema | undefined, name: string): string {
  const properties = schema?.properties as Readonly<Record<string, JsonSchema>> | undefined
  const description =
    properties !== undefined && Object.hasOwn(properties, name) ? properties[name]?.description : undefined
  return typeof description === 'string' ? ` (${description})` : ''
}
