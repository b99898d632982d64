/** Texts that the port embedded, corrected mode, for the Python package to verify. */
import { createHash } from 'node:crypto'

/** Pieces without selectors and zero-width characters of their own: those are what the package itself cannot read past (faults 5, 11 and 33). */
const PIECES = [
  'Hello, world! ',
  'naïve café ',
  '你好，世界。',
  'नमस्ते दुनिया ',
  'مرحبا، ',
  '😀👍🏽 ',
  'a\r\nb\n',
  '½ x_1 ',
  'e\u0301te\u0301 ',
  '... ',
  'ไทย ',
  '안녕 ',
]
const VALUES = [
  1,
  -1,
  1.5,
  1e21,
  1e-7,
  2 ** 53,
  12345678901234567890n,
  true,
  null,
  'é😀"\\\n',
  ['x', { z: 1, a: 2 }],
  { ﬀ: 1, '😀': 2 },
]
const SECRET = 'your-secret-key'
/** RFC 8032 §7.1, test 1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const TARGETS = ['whitespace', 'first_letter', 'last_letter', 'all_characters']

/** By the version that reads them; `holds` says whether a verdict is right. */
export async function ours(port, seed, count) {
  const pick = picker(seed)
  const text = () =>
    `${Array.from({ length: 1 + pick(5) }, () => PIECES[pick(PIECES.length)]).join('')}end of it.`
  const metadata = () => ({
    model_id: 'gpt-4',
    timestamp: 1711843200,
    value: VALUES[pick(VALUES.length)],
    n: pick(1000),
  })
  const legacy = [
    () => stream(port, pick, text(), metadata(), true),
    () => stream(port, pick, text().repeat(20), metadata(), false),
    () => embedded(port, pick, text(), metadata()),
    () => encoded(port, text(), metadata()),
  ]
  return {
    '1.1.0': await Promise.all(repeat(count, (_, i) => legacy[i % legacy.length]())),
    '2.8.1': repeat(Math.ceil(count / 4), () => signed(port, pick, text(), metadata())),
    '3.1.6': repeat(count, () => signed(port, pick, text(), metadata())),
  }
}

const repeat = (count, make) => Array.from({ length: count }, make)
const isVerified = ({ value }) => value?.[1] === true
const isValid = ({ value }) => value?.[0] === true

function embedded({ UnicodeMetadata }, pick, text, metadata) {
  const target = TARGETS[pick(TARGETS.length)]
  const placement = pick(2) === 0 ? 'first' : 'every'
  const marked = UnicodeMetadata.embedMetadata({ text, metadata, target, placement, hmacSecretKey: SECRET })
  return { kind: `embedded ${target} ${placement}`, text: marked, key: SECRET, holds: isVerified }
}

/** Streamed in pieces to its end; without `once` marks of a seal follow the block, and bind the words. */
async function stream({ StreamingHandler }, pick, text, metadata, once) {
  const handler = new StreamingHandler({
    metadata,
    target: TARGETS[pick(TARGETS.length)],
    encodeFirstChunkOnly: once,
    hmacSecretKey: SECRET,
  })
  let marked = ''
  for (let at = 0; at < text.length; ) {
    const size = 1 + pick(7)
    marked += handler.processChunk(text.slice(at, at + size))
    at += size
  }
  marked += (await handler.finalize()).text
  return { kind: once ? 'streamed' : 'streamed and bound', text: marked, key: SECRET, holds: isVerified }
}

function encoded({ MetadataEncoder }, text, metadata) {
  const marked = new MetadataEncoder({ hmacSecretKey: SECRET }).encodeMetadata(text, metadata)
  return {
    kind: 'encoder',
    text: marked,
    key: SECRET,
    holds: ({ value }) => isValid({ value }) && value[2] === text,
  }
}

function signed({ UnicodeMetadata }, pick, text, metadata) {
  const format = ['basic', 'manifest', 'cbor_manifest', 'jumbf'][pick(4)]
  const target = [...TARGETS, 'file_end', 'file_end_zwnbsp'][pick(6)]
  const privateKey = Uint8Array.from(Buffer.from(SEED, 'hex'))
  const marked = UnicodeMetadata.embedMetadata({
    text,
    metadata,
    format,
    target,
    privateKey,
    signerId: 'streamseal',
  })
  return { kind: `${format} ${target}`, text: marked, key: PUBLIC, holds: isValid }
}

/** Whole numbers below a limit, the same for the same seed. */
function picker(seed) {
  let turn = 0
  return limit => createHash('sha256').update(`${seed} ${turn++}`).digest().readUInt32BE(0) % limit
}
