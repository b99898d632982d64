import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Model } from '../contract.ts'
import { demo } from '../demo.ts'
import {
  modelSuite,
  type ProviderServer,
  type RecordingKind,
  recordingBytes,
  recordingModels,
  scriptedModel,
  serveProvider,
} from '../testing.ts'

const own = fileURLToPath(new URL('../../../../vectors/streams/', import.meta.url))
const shared = fileURLToPath(new URL('../../../../../shared/recordings/', import.meta.url))
const servers: ProviderServer[] = []
afterAll(() => Promise.all(servers.map(server => server.close())))

modelSuite('demo', () => demo({ tokensPerSecond: Number.POSITIVE_INFINITY }), { test })
modelSuite('scripted', () => scriptedModel('Hello world'), { test })

for (const root of [own, shared]) {
  describe.skipIf(!existsSync(root))(
    root === own ? 'own streams' : 'recordings (skipped where absent)',
    async () => {
      for (const kind of Object.keys(recordingModels) as RecordingKind[]) {
        const folder = join(root, kind)
        const names = existsSync(folder)
          ? readdirSync(folder).filter(name => /\.(jsonl|sse)$/.test(name))
          : []
        for (const name of names) {
          const body = recordingBytes(kind, name, readFileSync(join(folder, name)))
          const server = await serveProvider(() => ({ body }))
          servers.push(server)
          modelSuite(`${kind}/${basename(name)}`, () => recordingModels[kind](server.url), { test })
        }
      }
    },
  )
}

describe('modelSuite finds what is wrong with', () => {
  const start = { type: 'start', provider: 'p', model: 'm' } as const
  const finish = { type: 'finish', reason: 'stop' } as const
  const deaf: Model = {
    provider: 'p',
    modelId: 'm',
    async *stream() {
      yield start
      await new Promise(resolve => setTimeout(resolve, 150))
      yield finish
    },
  }
  const wrong: [string, Model, string][] = [
    ['a model without a start', scriptedModel([finish]), 'streams well-formed parts'],
    [
      'a delta without its block',
      scriptedModel([start, { type: 'text-delta', id: 'x', delta: 'a' }, finish]),
      'streams well-formed parts',
    ],
    [
      'a block that is never ended',
      scriptedModel([start, { type: 'text-start', id: 'x' }, finish]),
      'streams well-formed parts',
    ],
    [
      'a count that is no number',
      scriptedModel([start, { ...finish, usage: { inputTokens: Number.NaN } }]),
      'streams well-formed parts',
    ],
    [
      'more cached than input',
      scriptedModel([start, { ...finish, usage: { inputTokens: 1, cachedInputTokens: 2 } }]),
      'streams well-formed parts',
    ],
    ['a model that is deaf to its signal', deaf, 'ends within 100 ms'],
    [
      'failures of another kind',
      scriptedModel([start, () => Promise.reject(new Error('odd'))]),
      'streams well-formed parts',
    ],
  ]
  test.each(wrong)('%s', async (_, model, title) => {
    const bodies: (() => Promise<void>)[] = []
    modelSuite('wrong', () => model, { test: (name, body) => name.includes(title) && bodies.push(body) })
    expect(bodies).toHaveLength(1)
    await expect(bodies[0]?.()).rejects.toThrow()
  })
})
