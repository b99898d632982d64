import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Part } from './contract.ts'
import { generate } from './generate.ts'
import type { RecordingKind } from './testing.ts'
import {
  type PlayedRecording,
  playRecording,
  randomCuts,
  recordingBytes,
  recordingModels,
  serveProvider,
} from './testing.ts'

const own = fileURLToPath(new URL('../../../vectors/streams/', import.meta.url))
const shared = fileURLToPath(new URL('../../../../shared/recordings/', import.meta.url))
const kinds = Object.keys(recordingModels) as RecordingKind[]

function files(root: string): { kind: RecordingKind; path: string }[] {
  return kinds
    .filter(kind => existsSync(join(root, kind)))
    .flatMap(kind =>
      readdirSync(join(root, kind))
        .filter(name => /\.(jsonl|sse)$/.test(name))
        .map(name => ({ kind, path: join(root, kind, name) })),
    )
}

async function partsOf(kind: RecordingKind, body: Uint8Array, cuts: number[]): Promise<Part[]> {
  const server = await serveProvider(() => ({ body, cuts }))
  try {
    const parts: Part[] = []
    for await (const part of generate(recordingModels[kind](server.url), { prompt: 'play', retry: false })
      .parts)
      parts.push(part)
    return parts
  } finally {
    await server.close()
  }
}

describe('provider streams give their parts', () => {
  for (const { kind, path } of files(own)) {
    const body = recordingBytes(kind, path, readFileSync(path))
    const golden = join(dirname(path), `${basename(path, '.jsonl')}.parts.json`)
    test(`${kind}/${basename(path)}, whole and cut at random bytes`, async () => {
      const parts = await partsOf(kind, body, [])
      if (process.env.UPDATE_GOLDEN && !existsSync(golden)) {
        writeFileSync(golden, `[\n${parts.map(part => JSON.stringify(part)).join(',\n')}\n]\n`)
      }
      expect(parts).toEqual(JSON.parse(readFileSync(golden, 'utf8')))
      for (const seed of [1, 2, 3])
        expect(await partsOf(kind, body, randomCuts(body.length, seed))).toEqual(parts)
      expect(await partsOf(kind, body, randomCuts(body.length, 4, 2))).toEqual(parts)
    })
  }
})

describe.skipIf(!existsSync(shared))('recordings of real providers (skipped where they are absent)', () => {
  const golden = JSON.parse(readFileSync(join(own, 'recordings.json'), 'utf8')) as Record<
    string,
    PlayedRecording
  >
  for (const { kind, path } of existsSync(shared) ? files(shared) : []) {
    const name = `${kind}/${basename(path)}`
    test(`${name}, whole and cut at random bytes`, async () => {
      const body = recordingBytes(kind, path, readFileSync(path))
      expect(await playRecording(kind, body, 'whole')).toEqual(golden[name])
      expect(await playRecording(kind, body, 'cut', 5)).toEqual(golden[name])
    })
  }
})
