/**
 * Times the port beside `encypher-ai` in one run: `node interop/encypher/speed.mjs`. Needs the environments that `run.mjs` makes.
 * Each figure is the best of several runs; ours does what the version does (`compat`), its payload at every match or once.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MetadataEncoder, StreamingHandler, UnicodeMetadata } from '@streamseal/seal/encypher'

const here = fileURLToPath(new URL('.', import.meta.url))
const versions = ['1.1.0', '3.1.6']
const python = version => `${here}.cache/${version}/bin/python`
const metadata = { model_id: 'gpt-4', timestamp: 1711843200 }
const hmacSecretKey = 'key'
const absent = versions.find(version => !existsSync(python(version)))

if (absent)
  console.log(
    `encypher speed: skipped, encypher-ai ${absent} is not installed; run interop/encypher/run.mjs first`,
  )
else compare()

function compare() {
  const theirs = versions.map(version =>
    JSON.parse(execFileSync(python(version), [`${here}speed.py`, version])),
  )
  for (const [name, ms] of Object.entries(Object.assign({}, ...theirs))) {
    const [version, action, target, size] = name.split(' ')
    const own = (version === '1.1' ? legacy : signed)(action, target, Number(size))
    console.log(
      `${name.padEnd(38)} Python ${ms.toFixed(3).padStart(10)} ms  here ${own.toFixed(3).padStart(9)} ms  × ${(ms / own).toFixed(1)}`,
    )
  }
}

function text(size) {
  return 'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(size / 57 + 1).slice(0, size)
}

function legacy(action, target, size) {
  if (target === 'zero-width') return encoder(action, size)
  if (action === 'stream') return stream(size)
  const options = { text: text(size), metadata, target, hmacSecretKey, compat: '1.1' }
  const marked = UnicodeMetadata.embedMetadata(options)
  const work = {
    embed: () => UnicodeMetadata.embedMetadata(options),
    verify: () => UnicodeMetadata.verifyMetadata(marked, { hmacSecretKey, compat: '1.1' }),
    extract: () => UnicodeMetadata.extractMetadata(marked, { compat: '1.1' }),
  }
  return best(work[action])
}

function encoder(action, size) {
  const own = new MetadataEncoder({ hmacSecretKey, compat: '1.1' })
  const encoded = own.encodeMetadata(text(size), metadata)
  if (action === 'encode') return best(() => flat(own.encodeMetadata(text(size), metadata)))
  return best(() => own.verifyText(encoded))
}

function stream(size) {
  const chunks = text(size)
    .split(' ')
    .map(word => `${word} `)
  return best(() => {
    const handler = new StreamingHandler({ metadata, hmacSecretKey, compat: '1.1' })
    return chunks.map(chunk => handler.processChunk(chunk))
  })
}

function signed(action, kind, size) {
  const [format, target] = kind.split('/')
  const options = {
    text: text(size),
    metadata: { timestamp: 1711843200 },
    target,
    format,
    privateKey: new Uint8Array(32).fill(7),
    signerId: 's',
  }
  const marked = UnicodeMetadata.embedMetadata(options)
  // RFC 8032's arithmetic on the seed 07…07.
  const key = Uint8Array.from(
    Buffer.from('ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c', 'hex'),
  )
  if (action === 'embed') return best(() => flat(UnicodeMetadata.embedMetadata(options)))
  if (!UnicodeMetadata.verifyMetadata(marked, { resolveKey: () => key }).valid)
    throw new Error('the text does not verify')
  return best(() => UnicodeMetadata.verifyMetadata(flat(marked), { resolveKey: () => key }))
}

/** The engine joins strings lazily; asking for a unit makes it do the work that is measured. */
function flat(marked) {
  marked.charCodeAt(marked.length >> 1)
  return marked
}

function best(work) {
  const end = performance.now() + 400
  let least = Number.POSITIVE_INFINITY
  for (let runs = 0; runs < 10 || performance.now() < end; runs++) {
    const start = performance.now()
    work()
    least = Math.min(least, performance.now() - start)
  }
  return least
}
