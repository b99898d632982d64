/**
 * Plays a folder of recorded provider streams through the models over a real socket, whole and cut at random bytes,
 * and prints a JSON line for each file and mode. The folder's name chooses the model: openai-chat, openai-responses,
 * compatible, google, anthropic. Usage: npm run recordings -- DIR [SEED]
 */
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { playRecording, recordingBytes, recordingModels } from '@streamseal/stream/testing'

const [dir, seedText] = process.argv.slice(2)
if (dir === undefined) {
  console.error('Usage: npm run recordings -- DIR [SEED]')
  process.exit(2)
}
const root = resolve(process.env.INIT_CWD ?? '.', dir)
const seed = seedText === undefined ? randomInt(1, 2 ** 31) : Number(seedText)
console.error(`recordings: ${root}, cuts from seed ${seed}`)

for (const folder of folders(root)) {
  const kind = basename(folder)
  for (const name of readdirSync(folder).sort()) {
    if (!/\.(jsonl|sse|txt)$/.test(name)) continue
    const body = recordingBytes(kind, name, readFileSync(join(folder, name)))
    for (const mode of ['whole', 'cut']) {
      const played = await playRecording(kind, body, mode, seed)
      console.log(JSON.stringify({ file: `${kind}/${name}`, mode, ...played }))
    }
  }
}

/** The folders that name a model: those in `path`, or `path` itself. */
function folders(path) {
  if (Object.hasOwn(recordingModels, basename(path))) return [path]
  const inside = readdirSync(path).filter(name => statSync(join(path, name)).isDirectory())
  for (const name of inside)
    if (!Object.hasOwn(recordingModels, name)) console.error(`recordings: no model for "${name}", skipped`)
  return inside
    .filter(name => Object.hasOwn(recordingModels, name))
    .sort()
    .map(name => join(path, name))
}
