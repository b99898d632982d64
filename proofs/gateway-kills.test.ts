import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../packages/stream/src/runs/redis-server.test-helper.ts'
import { buildGatewayProof, runProof } from './gateway-runs/run-proof.ts'

let program = ''
beforeAll(async () => {
  program = await buildGatewayProof('gateway-kills')
})
afterAll(() => rmSync(program, { force: true }))

const patient = { timeout: 180_000, retry: 2 }

describe.skipIf(!hasRedis)(
  'the proof of killed gateways, shortened (skipped where redis-server is not installed)',
  () => {
    test(
      'nothing is lost, doubled or contradicted when a gateway is killed that produces, reads, or has not yet spoken',
      patient,
      () => {
        const { status, output } = runProof(program, '--only', 'kills', '--rounds', '3')
        expect(output).toContain('lost, doubled, out of order, contradicted or untold: 0')
        expect(status).toBe(0)
      },
    )

    test('a part that is lost is seen', patient, () => {
      const { status, output } = runProof(program, '--only', 'kills', '--rounds', '1', '--break')
      expect(output).toContain('FAULT')
      expect(status).toBe(1)
    })
  },
)
