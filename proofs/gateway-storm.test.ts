import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildGatewayProof, runProof } from './gateway-runs/run-proof.ts'

let program = ''
beforeAll(async () => {
  program = await buildGatewayProof('gateway-storm')
})
afterAll(() => rmSync(program, { force: true }))

const patient = { timeout: 180_000, retry: 2 }
const short = ['--readers', '40', '--runs', '4', '--minutes', '0.05', '--warm-up-ms', '2000']

describe('the proof of a storm over a gateway, shortened', () => {
  test('readers who come and go leave nothing behind', patient, () => {
    const { status, output } = runProof(program, ...short)
    expect(output).toContain('faults: 0')
    expect(status).toBe(0)
  })

  test('connections and answers that stay are seen', patient, () => {
    const { status, output } = runProof(program, ...short, '--looks', '2', '--break')
    expect(output).toMatch(/FAULT \d+ answers are still under way/)
    expect(status).toBe(1)
  })
})
