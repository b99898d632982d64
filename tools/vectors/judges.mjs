/** One judge for each kind of vector file: a case in, the names of what differs out. */
import { createHash } from 'node:crypto'
import { attempt, member, plain, same, sameOutcome } from './python-result.mjs'

const utf8 = new TextEncoder()
const sha256 = text => createHash('sha256').update(utf8.encode(text)).digest('hex')

/** Names the checks that fail. */
const failing = checks =>
  Object.entries(checks)
    .filter(([, holds]) => holds === false)
    .map(([name]) => name)

/** `undefined`, which no one counts, where the file has nothing to compare with. */
const where = (expected, check) => (expected === undefined ? undefined : check(expected))

/** The same text, by itself or, for long ones, by its digest and sizes. */
function sameText(text, item) {
  const value = member(member(item, 'output'), 'value')
  if (value !== undefined && value !== text) return false
  return (
    where(member(item, 'output_sha256'), digest => digest === sha256(text)) !== false &&
    where(member(item, 'output_utf8_bytes'), size => Number(size) === utf8.encode(text).length) !== false &&
    where(member(item, 'output_codepoints'), size => Number(size) === [...text].length) !== false
  )
}

/** The metadata with its timestamp, where Python was given a `datetime`, as ISO text: a `Date` has no microseconds. */
function withText(metadata) {
  const iso = member(metadata.get('timestamp'), '$datetime')
  return iso === undefined ? metadata : new Map(metadata).set('timestamp', iso)
}

/** The arguments of the Python function, as ours takes them. */
function embedArguments(args) {
  const named = [...args].filter(([key]) => key === 'model_id' || key === 'timestamp')
  const metadata = withText(new Map(named))
  const extra = [...args].filter(([key]) => !['model_id', 'timestamp', 'custom_metadata'].includes(key))
  return { metadata, customMetadata: new Map([...(args.get('custom_metadata') ?? []), ...extra]) }
}

/** `UnicodeMetadata` of 1.0 and 1.1. */
export const legacyMetadata =
  compat =>
  (item, { UnicodeMetadata }) => {
    const hmacSecretKey = member(item, 'hmac_secret_key') ?? undefined
    const target = member(item, 'target') ?? undefined
    const embed = () =>
      UnicodeMetadata.embedMetadata({
        text: item.get('text'),
        ...embedArguments(item.get('args')),
        target,
        hmacSecretKey,
        compat,
      })
    if (member(item, 'output')?.has('error'))
      return failing({ output: sameOutcome(embed, item.get('output')) })
    const output = embed()
    return failing({
      output: sameText(output, item),
      extract: where(member(item, 'extract'), expected =>
        sameOutcome(() => UnicodeMetadata.extractMetadata(output, { compat }), expected),
      ),
      raw: where(member(item, 'raw_extracted_utf8'), expected =>
        sameRaw(UnicodeMetadata.extractBytes(output), expected),
      ),
      verify: where(member(item, 'verify'), runs =>
        runs.every(run => sameVerdict(UnicodeMetadata, output, run)),
      ),
    })
  }

function sameRaw(bytes, expected) {
  const raw = expected instanceof Map ? expected.get('value') : expected
  if (raw === undefined)
    return attempt(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).error !== undefined
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) === raw
}

const sameVerdict = (UnicodeMetadata, text, run) =>
  sameOutcome(
    () => legacyVerify(UnicodeMetadata, text, run.get('key')),
    run.get('result_metadata_isverified'),
  )

/** 1.1's tuple: the metadata, and whether it is verified. */
function legacyVerify(UnicodeMetadata, text, key) {
  const { metadata, valid } = UnicodeMetadata.verifyMetadata(text, {
    hmacSecretKey: key ?? '',
    compat: '1.1',
  })
  return [metadata, valid]
}

/** 1.1's verification of texts that were tampered with. The recorded result is right: the format binds no content, and says so. */
export const legacyTampered = (item, { UnicodeMetadata }) => {
  const text = item.get('text')
  const hmacSecretKey = item.get('key')
  const corrected = UnicodeMetadata.verifyMetadata(text, { hmacSecretKey })
  return failing({
    extract: where(member(item, 'extract'), expected =>
      sameOutcome(() => UnicodeMetadata.extractMetadata(text, { compat: '1.1' }), expected),
    ),
    verify: sameOutcome(
      () => legacyVerify(UnicodeMetadata, text, hmacSecretKey),
      item.get('verify_metadata_isverified'),
    ),
    content: item.get('content_tampered') !== true || corrected.contentBound === false,
  })
}

/** `MetadataEncoder` of 1.0 and 1.1. */
export const encoder =
  compat =>
  (item, { MetadataEncoder }) => {
    const text = item.get('text')
    const hmacSecretKey = item.get('secret_key') ?? undefined
    const own = new MetadataEncoder({ hmacSecretKey, compat })
    const output = own.encodeMetadata(text, item.get('metadata'))
    const verify = (subject, signed, options) => {
      const { valid, metadata, cleanText } = subject.verifyText(signed, options)
      return [valid, metadata, cleanText]
    }
    const other = new MetadataEncoder({ hmacSecretKey: `${hmacSecretKey ?? ''}wrong`, compat })
    return failing({
      output: sameText(output, item),
      decode: where(member(item, 'decode_metadata_cleantext'), expected =>
        sameOutcome(() => Object.values(pick(own.decodeMetadata(output))), expected),
      ),
      verify: where(member(item, 'verify_text_valid_metadata_clean'), expected =>
        sameOutcome(() => verify(own, output), expected),
      ),
      wrongKey: where(member(item, 'wrong_key_verify_text'), expected =>
        sameOutcome(() => verify(other, output), expected),
      ),
      tampered: where(member(item, 'tampered_visible_verify_text'), expected =>
        sameOutcome(() => verify(own, output + appended(text, expected)), expected),
      ),
      override: where(member(item, 'verify_text_override_key_on_unkeyed_encoder'), expected =>
        expected.get('value') === null
          ? undefined
          : sameOutcome(() => verify(new MetadataEncoder({ compat }), output, { hmacSecretKey }), expected),
      ),
      verified: where(member(item, 'extract_verified_metadata'), expected =>
        sameOutcome(() => {
          // Without a key Python decodes here and verifies nothing.
          const { valid, metadata } = hmacSecretKey
            ? own.verifyText(output)
            : { ...own.decodeMetadata(output), valid: false }
          return [metadata ?? { model_id: '', timestamp: null }, valid]
        }, expected),
      ),
    })
  }

/** What was added behind the visible text, as the recorded clean text shows. */
function appended(text, expected) {
  const recorded = member(expected, 'value')?.[2] ?? ''
  const visible = [text, text.replace(/[\u200b\u200c]/g, '')].find(
    own => own !== '' && recorded.includes(own),
  )
  return visible ? recorded.slice(recorded.lastIndexOf(visible) + visible.length) : ' FORGED'
}

const pick = ({ metadata, cleanText }) => ({ metadata, cleanText })

/** `StreamingHandler` of 1.0 and 1.1, chunk for chunk. Inputs are never changed here, whatever `input_mutated` records. */
export const streaming =
  compat =>
  (item, { StreamingHandler, UnicodeMetadata }) => {
    const hmacSecretKey = item.get('hmac_secret_key') ?? undefined
    const handler = new StreamingHandler({
      metadata: withText(item.get('metadata')),
      target: item.get('target'),
      encodeFirstChunkOnly: member(item, 'encode_first_chunk_only') ?? true,
      hmacSecretKey,
      compat,
    })
    const chunks = plain(item.get('chunks'))
    const before = JSON.stringify(chunks)
    const hasEncoded = []
    const outputs = chunks.map(chunk => {
      const output = handler.processChunk(chunk)
      hasEncoded.push(handler.hasEncoded)
      return output
    })
    const full = outputs.join('')
    return failing({
      outputs: same(outputs, item.get('outputs')),
      inputs: JSON.stringify(chunks) === before,
      hasEncoded: where(member(item, 'has_encoded'), expected => handler.hasEncoded === expected),
      hasEncodedAfter: where(member(item, 'has_encoded_after'), expected =>
        same(hasEncoded, [expected].flat()),
      ),
      extract: where(member(item, 'extract_full'), expected =>
        sameOutcome(() => UnicodeMetadata.extractMetadata(full, { compat }), expected),
      ),
      verify: where(member(item, 'verify_full'), expected =>
        sameOutcome(() => legacyVerify(UnicodeMetadata, full, hmacSecretKey), expected),
      ),
    })
  }

/** The formats of 2.x and 3.x that Ed25519 signs. */
export const signed = (item, { UnicodeMetadata }, file) => {
  const { target, wasString } = toTarget(item.get('target'))
  const { omit_keys: omitKeys } = Object.fromEntries(item.get('args'))
  const embed = () =>
    UnicodeMetadata.embedMetadata({
      text: item.get('text'),
      metadata: withText(new Map([...item.get('args')].filter(([key]) => key !== 'omit_keys'))),
      format: item.get('metadata_format'),
      signerId: item.get('signer_id'),
      privateKey: fromHex(file.get('ed25519_private_hex')),
      target,
      omitKeys,
      distributeAcrossTargets: item.get('distribute_across_targets') ?? false,
      compat: '3.2',
    })
  // A target given as a string is one that 3.x lists and then cannot use (fault 19); here every target is a string.
  if (member(item, 'output')?.has('error'))
    return failing({ output: wasString || attempt(embed).error !== undefined })
  const output = embed()
  const verify = resolveKey => UnicodeMetadata.verifyMetadata(output, { resolveKey, compat: '3.2' })
  const own = () => fromHex(file.get('ed25519_public_hex'))
  const other = () => fromHex(file.get('other_public_hex'))
  return failing({
    output: sameText(output, item),
    outer: where(
      member(item, 'embedded_outer_json') ?? undefined,
      json => new TextDecoder().decode(UnicodeMetadata.extractBytes(output)) === json,
    ),
    extract: where(member(item, 'extract'), expected =>
      sameOutcome(() => UnicodeMetadata.extractMetadata(output, { compat: '3.2' }), expected),
    ),
    verify: where(member(item, 'verify_ok_signer_payload'), expected => sameSigned(verify(own), expected)),
    wrongKey: where(member(item, 'verify_wrong_key'), expected => sameSigned(verify(other), expected)),
    unknown: where(member(item, 'verify_unknown_signer'), expected =>
      sameSigned(
        verify(() => undefined),
        expected,
      ),
    ),
  })
}

/** Tampered texts of those formats: they bind no content, and a correct verifier says so; the rest is as recorded. */
export const signedTampered = (item, { UnicodeMetadata }, file) => {
  const text = item.get('text')
  const resolveKey = () => fromHex(file.get('ed25519_public_hex'))
  const corrected = UnicodeMetadata.verifyMetadata(text, { resolveKey })
  if (item.get('content_tampered') === true)
    return failing({ contentBound: corrected.contentBound === false })
  const compatible = UnicodeMetadata.verifyMetadata(text, { resolveKey, compat: '3.2' })
  return failing({
    extract: sameOutcome(() => UnicodeMetadata.extractMetadata(text, { compat: '3.2' }), item.get('extract')),
    verify: sameSigned(compatible, item.get('verify_ok_signer_payload')),
    onFailure: sameSigned(compatible, item.get('verify_return_payload_on_failure')),
    // Of a text that a forger may have made (`null`) the recorded result may be wrong.
    corrected:
      item.get('content_tampered') === null ||
      corrected.valid === item.get('verify_ok_signer_payload').get('value')[0],
  })
}

/** `(ok, signer_id, payload)`; ours gives the payload on failure too, where Python gives none. */
function sameSigned({ valid, signerId, metadata }, expected) {
  if (expected.has('error')) return valid === false
  const [ok, signer, payload] = expected.get('value')
  return valid === ok && same(signerId, signer) && (payload === null ? !valid : same(metadata, payload))
}

function toTarget(target) {
  const wasString = target?.startsWith('str:') ?? false
  return { target: target?.replace('str:', '').toLowerCase(), wasString }
}

const fromHex = hex => Uint8Array.from(hex.match(/../g), pair => Number.parseInt(pair, 16))
