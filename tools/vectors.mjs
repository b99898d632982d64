/**
 * `npm run vectors -- DIR`: judges every case of a folder of vector files, recorded from the Python reference, against this build. Exits 1 where a case differs.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { c2paText, encypherC2pa, encypherC2paTampered } from './vectors/c2pa-judges.mjs'
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
  { format: /^c2pa-text/, judge: c2paText },
  { format: /c2pa$/, has: 'content_tampered', judge: encypherC2paTampered },
  { format: /c2pa$/, judge: encypherC2pa },
  { format: /1\.0\.0 UnicodeMetadata/, judge: legacyMetadata('1.0') },
  { format: /1\.1\.\d UnicodeMetadata/, judge: legacyMetadata('1.1') },
  { format: /1\.0\.0 MetadataEncoder/, judge: encoder('1.0') },
  { format: /1\.1\.\d MetadataEncoder/, judge: encoder('1.1') },
  { format: /1\.0\.0 StreamingHandler/, judge: streaming('1.0') },
  { format: /1\.1\.\d StreamingHandler/, judge: streaming('1.1') },
  { format: /1\.1\.\d verify_metadata/, judge: legacyTampered },
  { format: /[23]\.\d+\.\d+/, has: 'metadata_format', judge: signed },
  { format: /[23]\.\d+\.\d+/, has: 'content_tampered', judge: signedTampered },
]

function ruleFor(file) {
  const format = file.get('format')
  const first = file.get('cases')?.[0]
  return RULES.find(rule => rule.format.test(format) && (rule.has === undefined || first?.has(rule.has)))
}

/** The verdict on one file: how many cases agree, and which differ and in what; or that it is unknown. */
export async function judgeFile(file, port) {
  const cases = file.get('cases')
  const rule = ruleFor(file)
  if (!rule) return { unknown: true, total: cases?.length ?? 0, differing: [] }
  const differing = []
  for (const item of cases) {
    const names = await judgeCase(item, rule.judge, port, file)
    if (names.length > 0) differing.push({ id: item.get('id'), in: names })
  }
  return { total: cases.length, differing }
}

async function judgeCase(item, judge, port, file) {
  try {
    return await judge(item, port, file)
  } catch (error) {
    return [`${error.name}: ${error.message}`]
  }
}

/** Judges a folder and prints a line a file; returns how many cases differ, unknown files counting as one. */
export async function judgeFolder(folder, port, print) {
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
  const sums = { agree: 0, differ: 0 }
  for (const name of names) {
    const file = port.readPythonJson(readFileSync(join(folder, name), 'utf8'))
    const verdict = await judgeFile(file, port)
    printVerdict(name, verdict, print)
    sums.differ += verdict.unknown ? 1 : verdict.differing.length
    if (!verdict.unknown) sums.agree += verdict.total - verdict.differing.length
  }
  print(`${sums.agree} agree, ${sums.differ} differ`)
  if (names.length === 0) print(`No vector file in ${folder}`)
  return names.length === 0 ? 1 : sums.differ
}

function printVerdict(name, { unknown, total, differing }, print) {
  if (unknown) print(`${name}: not a vector file that this tool knows`)
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
  process.exit((await judgeFolder(folder, port, line => console.log(line))) === 0 ? 0 : 1)
}
