/**
 * `npm run vectors -- DIR`: judges every case of a folder of vector files, recorded from the Python reference, against this build. Exits 1 where a case differs.
 * C2PA's files are printed as pending: `@streamseal/c2pa` is what they judge.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  encoder,
  legacyMetadata,
  legacyTampered,
  signed,
  signedTampered,
  streaming,
} from './vectors/judges.mjs'

/** By what a file says of itself: the format that its cases are of, and a member that its cases have. */
const RULES = [
  { format: /^c2pa-text|c2pa$/, judge: undefined },
  { format: /1\.0\.0 UnicodeMetadata/, judge: legacyMetadata('1.0') },
  { format: /1\.1\.\d UnicodeMetadata/, judge: legacyMetadata('1.1') },
  { format: /1\.0\.0 MetadataEncoder/, judge: encoder('1.0') },
  { format: /1\.1\.\d MetadataEncoder/, judge: encoder('1.1') },
  { format: /1\.0\.0 StreamingHandler/, judge: streaming('1.0') },
  { format: /1\.1\.\d StreamingHandler/, judge: streaming('1.1') },
  { format: /1\.1\.\d verify_metadata/, judge: legacyTampered },
  { format: /3\.\d+\.\d+/, has: 'metadata_format', judge: signed },
  { format: /3\.\d+\.\d+/, has: 'content_tampered', judge: signedTampered },
]

function ruleFor(file) {
  const format = file.get('format')
  const first = file.get('cases')?.[0]
  return RULES.find(rule => rule.format.test(format) && (rule.has === undefined || first?.has(rule.has)))
}

/** The verdict on one file: how many cases agree, and which differ and in what; or that it is pending or unknown. */
export function judgeFile(file, port) {
  const cases = file.get('cases')
  const rule = ruleFor(file)
  if (!rule) return { unknown: true, total: cases?.length ?? 0, differing: [] }
  if (!rule.judge) return { pending: true, total: cases.length, differing: [] }
  const differing = cases
    .map(item => ({ id: item.get('id'), in: judgeCase(item, rule.judge, port, file) }))
    .filter(({ in: names }) => names.length > 0)
  return { total: cases.length, differing }
}

function judgeCase(item, judge, port, file) {
  try {
    return judge(item, port, file)
  } catch (error) {
    return [`${error.name}: ${error.message}`]
  }
}

/** Judges a folder and prints a line a file; returns how many cases differ, unknown files counting as one. */
export function judgeFolder(folder, port, print) {
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
  const sums = { agree: 0, differ: 0, pending: 0 }
  for (const name of names) {
    const file = port.readPythonJson(readFileSync(join(folder, name), 'utf8'))
    const verdict = judgeFile(file, port)
    printVerdict(name, verdict, print)
    sums.differ += verdict.unknown ? 1 : verdict.differing.length
    if (verdict.pending) sums.pending += verdict.total
    else if (!verdict.unknown) sums.agree += verdict.total - verdict.differing.length
  }
  print(`${sums.agree} agree, ${sums.differ} differ, ${sums.pending} pending (left to @streamseal/c2pa)`)
  if (names.length === 0) print(`No vector file in ${folder}`)
  return names.length === 0 ? 1 : sums.differ
}

function printVerdict(name, { unknown, pending, total, differing }, print) {
  if (unknown) print(`${name}: not a vector file that this tool knows`)
  else if (pending) print(`${name}: ${total} pending (left to @streamseal/c2pa)`)
  else print(`${name}: ${total - differing.length} agree, ${differing.length} differ`)
  for (const item of differing) print(`  differs: ${item.id} (${item.in.join(', ')})`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2]
  if (!folder) {
    console.error('Usage: npm run vectors -- DIR')
    process.exit(2)
  }
  const port = await import('@streamseal/seal/encypher')
  process.exit(judgeFolder(folder, port, line => console.log(line)) === 0 ? 0 : 1)
}
