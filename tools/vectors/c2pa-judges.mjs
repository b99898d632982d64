/** The judges of C2PA's vector files: a case in, the names of what differs from what a strict verifier must say. */
import { encodeWrapper, stripText, verifyText } from '@streamseal/c2pa'
import { member, plain } from './python-result.mjs'

const bytesOf = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
const codesOf = report => report.failure.map(({ code }) => code)
const failing = checks => Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]))

/** `c2pa-text`: the wrapper, byte for byte; where its reader is lax, what the standard asks. */
export const c2paText = async item => {
  const op = item.get('op')
  const manifest = () => bytesOf(item.get('manifest_hex'))
  if (op === 'encode') {
    const utf8Length = plain(item.get('worst_case_bytes'))
    return failing({
      wrapper: encodeWrapper(manifest()) === item.get('wrapper'),
      padded: encodeWrapper(manifest(), { utf8Length }) === item.get('padded'),
    })
  }
  if (op === 'pad') return judgePad(manifest(), plain(item.get('target_bytes')), item.get('result'))
  if (op === 'embed') return judgeEmbed(manifest(), item)
  return judgeExtract(item)
}

function judgePad(manifest, utf8Length, result) {
  const expected = member(result, 'value')
  try {
    return failing({ padded: encodeWrapper(manifest, { utf8Length }) === expected })
  } catch (error) {
    return failing({ error: expected === undefined && error instanceof RangeError })
  }
}

function judgeEmbed(manifest, item) {
  const normal = item.get('text').normalize('NFC')
  const output = member(item.get('output'), 'value') ?? item.get('output')
  return failing({
    output: normal + encodeWrapper(manifest) === output,
    stripped: stripText(output) === normal,
  })
}

/** The recorded reader takes what follows a marker without the magic number for a second wrapper. */
const LAX = new Map([['extract/invalid_then_valid', 'found']])

async function judgeExtract(item) {
  const report = await verifyText(item.get('text'))
  const codes = codesOf(report)
  const info = item.get('info')
  const recorded =
    member(info, 'error') === undefined ? (member(info, 'value') ? 'found' : 'none') : 'several'
  const expected = LAX.get(item.get('id')) ?? recorded
  if (expected === 'several') return failing({ several: codes[0] === 'manifest.text.multipleWrappers' })
  if (expected === 'found')
    return failing({ found: report.state === 'invalid' && !codes[0]?.startsWith('manifest.text.') })
  return failing({ none: report.state === 'unmarked' || codes[0] === 'manifest.text.corruptedWrapper' })
}

/** `encypher-ai` 3.2.1, honest: the words are found; its signature is none, being neither tagged nor detached. */
export const encypherC2pa = async item => {
  const report = await verifyText(member(item.get('output'), 'value') ?? item.get('output'))
  const bound = member(item.get('args'), 'add_hard_binding') !== false
  return failing({
    state: report.state === 'invalid',
    text: report.text === item.get('clean_text'),
    content: report.content === (bound ? 'intact' : 'unknown'),
    codes: codesOf(report).includes('general.error'),
  })
}

/** `encypher-ai` 3.2.1, altered: never valid, and words that still are what was hashed are told from those that are not. */
export const encypherC2paTampered = async item => {
  const report = await verifyText(item.get('text'))
  const several = plain(item.get('wrappers')) > 1
  const untouched = !item.get('content_tampered') && !several && item.get('id') !== 'extra_vs_after'
  return failing({
    state: report.state === 'invalid',
    several: !several || codesOf(report)[0] === 'manifest.text.multipleWrappers',
    content: !untouched || report.content === 'intact',
  })
}
