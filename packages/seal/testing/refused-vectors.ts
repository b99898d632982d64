/** Bytes, strings and keys that a reader must refuse, beside their nearest neighbours that it must take. */
import { fromHex, toBase64url, toHex } from '../src/bytes.ts'
import { decodeClaims, encodeClaims } from '../src/claims-codec.ts'
import { decodeDetached, encodeDetached } from '../src/detached.ts'
import { frame, withChecksum } from '../src/frame.ts'
import { type Jwk, SealError, seal, trustList } from '../src/index.ts'
import { decodePayload, encodeOpening } from '../src/payload.ts'
import { unmark } from '../src/unmark.ts'
import { publicJwk, secretJwk, signer } from './keys.ts'
import { prose } from './texts.ts'

/** What is given, and whether a reader takes it. */
interface Judged {
  kind: 'payload' | 'claims' | 'detached' | 'mark'
  name: string
  /** Hexadecimal, or the string itself. */
  given: string
  isWellFormed: boolean
}

/** For `malformed.json`. */
export async function malformedVectors(): Promise<Judged[]> {
  const payloads = Object.entries(await payloadCases()).map(([name, bytes]) =>
    judge('payload', name, toHex(bytes), decodePayload(bytes) !== undefined),
  )
  const claims = Object.entries(claimCases()).map(([name, hex]) =>
    judge(
      'claims',
      name,
      hex,
      isTaken(() => decodeClaims(fromHex(hex))),
    ),
  )
  const beside = Object.entries(detachedCases()).map(([name, text]) =>
    judge('detached', name, text, decodeDetached(text) !== undefined),
  )
  const marks = Object.entries(markCases()).map(([name, text]) =>
    judge('mark', name, text, unmark(text).text === ''),
  )
  return [...payloads, ...claims, ...beside, ...marks]
}

function judge(kind: Judged['kind'], name: string, given: string, isWellFormed: boolean): Judged {
  return { kind, name, given, isWellFormed }
}

function isTaken(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

async function payloadCases(): Promise<Record<string, Uint8Array>> {
  const options = { signer, claims: { model: 'm' }, now: 0, streamId: '0011223344556677', segmentChars: 200 }
  const marks = unmark((await seal(prose(16), options)).text).marks.map(({ payload }) => payload)
  const [segment, opening, second] = marks as [Uint8Array, Uint8Array, Uint8Array]
  const closing = marks.at(-1) as Uint8Array
  const changed = (bytes: Uint8Array, at: number, value: number) =>
    bytes.map((byte, i) => (i === at ? value : byte))
  const joined = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap(part => [...part]))
  const head = opening.slice(0, 16)
  return {
    'a segment': segment,
    'an opening': opening,
    'a closing': closing,
    'a second segment': second,
    'a second segment without its link': joined(second.slice(0, 14), second.slice(18)),
    'a closing without its link': joined(closing.slice(0, 34), closing.slice(38)),
    'version 2': changed(segment, 0, 0x22),
    'kind 4': changed(segment, 0, 0x14),
    'algorithm 3': changed(segment, 1, 0x03),
    'a flag on an opening': changed(opening, 1, 0x11),
    'claims in a segment': changed(segment, 1, 0x21),
    'plain text': changed(closing, 1, 0x41),
    'code, not comparable': changed(segment, 1, 0x91),
    'a fourth format': changed(closing, 1, 0xc1),
    'a format on an opening': changed(opening, 1, 0x41),
    'the ending 4': changed(closing, 17, 4),
    'a byte behind the signature': joined(segment, [0]),
    'a byte less': segment.slice(0, -1),
    'an index that is not in its shortest form': joined(segment.slice(0, 13), [0x80, 0], segment.slice(14)),
    'an index of 2^53': joined(
      segment.slice(0, 13),
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
      segment.slice(22),
    ),
    'an index of 2^53 - 1': joined(
      segment.slice(0, 13),
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
      segment.slice(22),
    ),
    'negative lags': joined(segment.slice(0, -66), [9, 3], segment.slice(-64)),
    'no claims': head,
    'empty claims': joined(head, [0xa0]),
    'a model that is a number': joined(head, [0xa1, 2, 5]),
    'a byte behind the claims': joined(opening, [0]),
    nothing: new Uint8Array(),
    'many models': encodeOpening({
      kind: 'opening',
      algorithm: 'Ed25519',
      streamId: fromHex('0011223344556677'),
      keyHint: fromHex('001122334455'),
      claims: { model: Array.from({ length: 300 }, (_, i) => `model ${i}`) },
    }),
  }
}

/** Arrays inside each other, in `custom` of a map. */
const nested = (arrays: number) => `a2026161${'0a'}${'81'.repeat(arrays)}01`

function claimCases(): Record<string, string> {
  return {
    'a model': toHex(encodeClaims({ model: 'm' })),
    'sixteen levels': nested(15),
    'seventeen levels': nested(16),
    'a head that is not the shortest': 'a102780161',
    'a length that is not the shortest': 'a1025801 61'.replace(' ', ''),
    'a number that is not the shortest': 'a2026161041817',
    'a text that is not UTF-8': 'a10261ff',
    'an address that is not UTF-8': 'a2026161 0341ff'.replace(' ', ''),
    'an indefinite map': 'bf026161ff',
    'an indefinite text': 'a1027f6161ff',
    'a tag': 'a102c06161',
    'a simple value': 'a2026161 0af7'.replace(' ', ''),
    'a float of 32 bits': 'a2026161 0afa3fc00000'.replace(' ', ''),
    'a float of 64 bits': 'a2026161 0afb3ff8000000000000'.replace(' ', ''),
    'a float that is whole': 'a2026161 0afb3ff0000000000000'.replace(' ', ''),
    'a float as a key': 'a1fb40000000000000006161',
    'a key that is a list': 'a2026161 8001'.replace(' ', ''),
    'a repeated key': 'a2026161026162',
    'keys out of order': 'a203616901 00'.replace(' ', ''),
    'a key that is not known': 'a20261611863f6',
    'a text as a key': 'a2026161616101',
    'a byte behind the map': 'a102616100',
    'no map': '8100',
    'cut short': 'a10262 61'.replace(' ', ''),
    'no models': 'a10280',
    'a model that is null': 'a102f6',
    'a provider that is a number': 'a20101026161',
    'a source type that is not known': 'a2026161071863',
    'a source type that is a fraction': 'a2026161 07fb3ff8000000000000'.replace(' ', ''),
    'a time that is text': 'a20261610461 31'.replace(' ', ''),
    'a time too late': 'a20261610 51b001fffffffffffff'.replace(' ', ''),
    'a verifyUrl under no issuer': 'a202616108816161',
    'bytes in custom': 'a2026161 0a4100'.replace(' ', ''),
    'a verifyUrl of nothing': 'a202616108 80'.replace(' ', ''),
    'a verifyUrl that is null': 'a20261610881f6',
    'not a number in custom': 'a20261610afb7ff8000000000000',
    'infinity deep in custom': 'a20261610a81fb7ff0000000000000',
    'a number as a key in custom': 'a20261610aa1016161',
    'a text as a key in custom': 'a20261610aa161316161',
    'custom that is null': 'a20261610af6',
    'seconds with a fraction': 'a202616104fb3ff8000000000000',
    'whole seconds as a float': 'a202616104fb4000000000000000',
    'milliseconds with a fraction': 'a202616105fb3ff8000000000000',
    'an ingredient with a short id': 'a202616109818141 01'.replace(' ', ''),
    'an ingredient with a long id': 'a202616109818149 0123456789abcdef01'.replace(' ', ''),
    'an ingredient with an id': 'a202616109818148 0123456789abcdef'.replace(' ', ''),
    'an ingredient whose key id is bytes': 'a202616109818248 0123456789abcdef4101'.replace(' ', ''),
    'an ingredient with more behind': 'a202616109818348 0123456789abcdef6161f6'.replace(' ', ''),
    'an ingredient without an id': 'a2026161 098180'.replace(' ', ''),
  }
}

function detachedCases(): Record<string, string> {
  const good = encodeDetached([Uint8Array.of(1, 2), Uint8Array.of(3)])
  const withBody = (...body: number[]) => `ss1.${toBase64url(withChecksum(Uint8Array.from(body)))}`
  return {
    'two payloads that cannot be read': good,
    'white space around': `\ufeff \n${good}\t\u00a0\r\n`,
    'white space inside': `${good.slice(0, 6)} ${good.slice(6)}`,
    'another prefix': good.replace('ss1', 'ss2'),
    'an upper-case prefix': good.replace('ss1', 'SS1'),
    padding: `${good}=`,
    'unused bits': `${withBody(1, 1).slice(0, -1)}${withBody(1, 1).endsWith('A') ? 'B' : '_'}`,
    'no unused bits': withBody(1, 1),
    'the other base64': `ss1.${'+/'.repeat(4)}`,
    'a wrong checksum': `${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`,
    'an empty body': `ss1.${toBase64url(withChecksum(new Uint8Array()))}`,
    'a length too great': withBody(3, 1, 2),
    'a length that is not the shortest': withBody(0x81, 0, 1),
    'a length of 4097': withBody(0x81, 0x20, ...new Uint8Array(4097)),
    'an empty payload': withBody(0),
    empty: '',
    'white space alone': ' ',
  }
}

function markCases(): Record<string, string> {
  const mark = frame(Uint8Array.of(1, 2, 3))
  const selectors = (...values: number[]) =>
    values.map(value => String.fromCodePoint(0xe0100 + value)).join('')
  const parts = [...mark]
  return {
    'a mark': mark,
    'the shortest': frame(Uint8Array.of(7)),
    'no payload': selectors(238, ...[...'0000'].map(Number), 239),
    'the longest': frame(new Uint8Array(4096)),
    'a wrong checksum': parts.map((part, i) => (i === 1 ? selectors(100) : part)).join(''),
    'a block that overflows': selectors(238, ...Array.from({ length: 5 }, () => 237), 239),
    'a last block of one digit': `${parts.slice(0, -1).join('')}${selectors(...Array.from({ length: 70 }, () => 0), 239)}`,
    'nested marks': `${parts.slice(0, 3).join('')}${mark}${parts.slice(3).join('')}`,
    'open frames given up': `${parts.slice(0, 3).join('')}${selectors(238, 1, 239)}${parts.slice(3).join('')}`,
    'a mark behind what is given up': `${selectors(238, 1, 239)}${mark}`,
  }
}

/** For `keys.json`: what a reader is given to trust, and the error's code or the ids of the keys that it took. */
export async function keyVectors(): Promise<unknown[]> {
  const point = (hex: string): Jwk => ({ kty: 'OKP', crv: 'Ed25519', x: toBase64url(fromHex(hex)) })
  const given: Record<string, Parameters<typeof trustList>[0]> = {
    'a key': publicJwk,
    'a list': [publicJwk, secretJwk],
    'a set': { keys: [publicJwk] },
    'a set with a shared secret': { keys: [publicJwk, secretJwk] },
    'a set with keys of other kinds': {
      keys: [{ kty: 'EC', crv: 'P-256' }, { ...publicJwk, use: 'enc' }, publicJwk],
    },
    'a set with keys that cannot be used': {
      keys: [
        point('01'.repeat(31)),
        point('00'.repeat(32)),
        { ...publicJwk, nbf: '1' as unknown as number },
        publicJwk,
      ],
    },
    'a key of another kind': { kty: 'EC', crv: 'P-256' },
    'a key for encryption': { ...publicJwk, use: 'enc' },
    'a key with EdDSA': { ...publicJwk, alg: 'EdDSA' },
    'a key with another alg': { ...publicJwk, alg: 'ES256' },
    'a secret of 31 bytes': { kty: 'oct', k: toBase64url(new Uint8Array(31)) },
    'a secret with HS512': { ...secretJwk, alg: 'HS512' },
    'a key of 31 bytes': point('01'.repeat(31)),
    'unused bits': { ...publicJwk, x: `${String(publicJwk.x).slice(0, -1)}p` },
    'y = 0': point('00'.repeat(32)),
    'y = 0, the sign bit set': point(`${'00'.repeat(31)}80`),
    'y = 1': point(`01${'00'.repeat(31)}`),
    'y = p - 1': point(`ec${'ff'.repeat(30)}7f`),
    'y = p': point(`ed${'ff'.repeat(30)}7f`),
    'y = p + 1': point(`ee${'ff'.repeat(30)}7f`),
    'y = 2, which is not on the curve': point(`02${'00'.repeat(31)}`),
    'of order 8': point('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    'of order 8, the other': point('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
    'an nbf that is text': { ...publicJwk, nbf: '1' as unknown as number },
  }
  return Promise.all(
    Object.entries(given).map(async ([name, trust]) => ({ name, trust, ...(await answer(trust)) })),
  )
}

async function answer(trust: Parameters<typeof trustList>[0]): Promise<object> {
  try {
    return { keyIds: (await trustList(trust).find('')).map(({ keyId }) => keyId) }
  } catch (error) {
    if (error instanceof SealError) return { error: error.code }
    throw error
  }
}
