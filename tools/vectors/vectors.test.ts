import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as port from '@streamseal/seal/encypher'
import { expect, test } from 'vitest'
import { judgeFile, judgeFolder } from '../vectors.mjs'

const own = fileURLToPath(new URL('../../vectors/encypher', import.meta.url))
const golden = fileURLToPath(new URL('../../../shared/vectors', import.meta.url))

async function judge(folder: string): Promise<{ differing: number; lines: string[] }> {
  const lines: string[] = []
  return { differing: await judgeFolder(folder, port, line => lines.push(line)), lines }
}

test('every vector of this repository agrees with what the Python package gave', async () => {
  const { differing, lines } = await judge(own)
  expect(differing, lines.join('\n')).toBe(0)
})

test.skipIf(!existsSync(golden))(
  'every golden vector beside the repository agrees (skipped where it is not there)',
  async () => {
    const { differing, lines } = await judge(golden)
    expect(differing, lines.join('\n')).toBe(0)
  },
)

test('a case that differs is named, with what differs in it', async () => {
  const file = port.readPythonJson(
    JSON.stringify({
      format: 'encypher-ai 1.0.0 UnicodeMetadata',
      cases: [
        {
          id: 'wrong',
          text: 'a b',
          args: { model_id: 'm', timestamp: 1 },
          target: 'whitespace',
          hmac_secret_key: null,
          output: { value: 'a b' },
        },
      ],
    }),
  )
  expect(await judgeFile(file, port)).toEqual({ total: 1, differing: [{ id: 'wrong', in: ['output'] }] })
})
