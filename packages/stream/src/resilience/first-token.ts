/** Which parts say something: until the first of them nothing has reached the reader, and another attempt is free. */
import type { ModelPart } from '../contract.ts'

const silent: ReadonlySet<ModelPart['type']> = new Set(['start', 'usage', 'text-start', 'reasoning-start'])

/** Whether the part carries words, a tool call, or the end. */
export function speaks(part: ModelPart): boolean {
  return !silent.has(part.type)
}
