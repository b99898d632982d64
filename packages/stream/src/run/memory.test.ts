import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const program = `
import { generate } from '@streamseal/stream'
const chunk = 'x'.repeat(1023)
const model = {
  provider: 'p',
  modelId: 'm',
  async *stream() {
    yield { type: 'start', provider: 'p', model: 'm' }
    yield { type: 'text-start', id: 't' }
    // Each delta is a string of its own, as a decoder makes them.
    for (let index = 0; index < 96 * 1024; index++) yield { type: 'text-delta', id: 't', delta: chunk + String.fromCharCode(97 + (index % 26)) }
    yield { type: 'text-end', id: 't' }
    yield { type: 'finish', reason: 'stop' }
  },
}
const run = generate(model, { prompt: 'x', maxOutputChars: 0 })
let characters = 0
for await (const delta of run.text) characters += Buffer.from(delta).length
console.log(JSON.stringify({ characters, state: run.state, heapMb: process.memoryUsage().heapUsed / 2 ** 20 }))
`

test('96 MiB stream through a run under a heap of 80 MiB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-'))
  try {
    const outfile = join(folder, 'program.mjs')
    const resolveDir = fileURLToPath(new URL('.', import.meta.url))
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    }
    await build({
      stdin: { contents: program, resolveDir },
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@streamseal/source'],
      banner,
      outfile,
      logLevel: 'error',
    })
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=80', outfile], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ characters: 96 * 2 ** 20, state: 'complete' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
