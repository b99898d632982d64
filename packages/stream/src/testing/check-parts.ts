/** What every stream of parts must be like, whoever made it. */
import assert from 'node:assert/strict'
import type { ModelPart, ToolCallPart, Usage } from '../contract.ts'

/**
 * Throws an `AssertionError` that names the first fault.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { checkParts } from '@streamseal/stream/testing'
 * assert.throws(() => checkParts([{ type: 'finish', reason: 'stop' }]), /the first part is `start`/)
 * ```
 */
export function checkParts(parts: readonly ModelPart[]): void {
  assert.equal(parts[0]?.type, 'start', 'the first part is `start`')
  assert.equal(parts.filter(part => part.type === 'start').length, 1, 'there is one `start`')
  const ends = parts.filter(part => part.type === 'finish' || part.type === 'error')
  assert.equal(ends.length, 1, 'there is one `finish` or `error`')
  assert.equal(parts.at(-1), ends[0], '`finish` or `error` is the last part')
  checkBlocks(parts)
  checkCalls(parts)
  for (const part of parts) {
    if (part.type === 'usage') checkUsage(part.usage)
    if (part.type === 'finish' && part.usage !== undefined) checkUsage(part.usage)
  }
}

const block = /^(text|reasoning|tool-input)-(start|delta|end)$/

function checkBlocks(parts: readonly ModelPart[]): void {
  const open = new Map<string, string>()
  const used = new Set<string>()
  for (const part of parts) {
    const [, kind = '', step = ''] = block.exec(part.type) ?? []
    if (!('id' in part) || step === '') continue
    if (step === 'start') {
      assert.ok(!used.has(part.id), `the id "${part.id}" is used once`)
      used.add(part.id)
      open.set(part.id, kind)
    } else {
      assert.equal(open.get(part.id), kind, `"${part.type}" belongs to the open block "${part.id}"`)
    }
    if (step === 'end') open.delete(part.id)
    if ('delta' in part) assert.notEqual(part.delta, '', 'a delta is not empty')
  }
  assert.deepEqual([...open.keys()], [], 'every block is ended')
}

function checkCalls(parts: readonly ModelPart[]): void {
  const inputs = new Map<string, string>()
  for (const part of parts) {
    if (part.type === 'tool-input-delta') inputs.set(part.id, (inputs.get(part.id) ?? '') + part.delta)
    if (part.type === 'tool-call') checkCall(part, inputs.get(part.id) ?? '')
  }
}

function checkCall(call: ToolCallPart, streamed: string): void {
  assert.notEqual(call.toolName, '', 'a tool call names its tool')
  assert.equal(
    call.input,
    streamed === '' && !call.incomplete ? call.input : streamed,
    'the input is what was streamed',
  )
  if (streamed === '' && !call.incomplete) assert.equal(JSON.parse(call.input) !== undefined, true)
}

/** Counts are whole, finite and not negative, and a part is not more than its whole. */
function checkUsage(usage: Usage): void {
  const { estimated: _, ...counts } = usage
  for (const [name, value] of Object.entries(counts)) {
    assert.ok(Number.isInteger(value) && value >= 0, `${name} is a count, not ${value}`)
  }
  assert.ok(
    (usage.cachedInputTokens ?? 0) <= (usage.inputTokens ?? Number.POSITIVE_INFINITY),
    'input includes cached',
  )
  assert.ok(
    (usage.reasoningTokens ?? 0) <= (usage.outputTokens ?? Number.POSITIVE_INFINITY),
    'output includes reasoning',
  )
}
