/** What the gateway is told of C2PA: where manifests go, who signs them, and whom `POST /verify` trusts. */
import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'

/** Where the manifest of an answer goes: behind its text, into the manifest store, or nowhere. */
export type C2paMode = 'embedded' | 'stored' | 'off'

/** The configuration. */
export interface C2paConfig {
  readonly mode: C2paMode
  /** Who signs: PEM files of the certificates, leaf first, and of the key. */
  readonly signer?: { readonly certificatePath: string; readonly keyPath: string }
  /** PEM file of the authorities that are trusted. */
  readonly trustPath?: string
  /** Who states when an answer was signed (RFC 3161), and whether its address may be a private one. */
  readonly timestamps?: { readonly url: string; readonly allowPrivate: boolean }
  /** PEM file of the authorities whose time-stamps are trusted. */
  readonly timestampTrustPath?: string
  /** Whether certificates for development may sign and be trusted; without a signer, some are made. */
  readonly allowDevelopment: boolean
}

const modes: readonly C2paMode[] = ['embedded', 'stored', 'off']

/** Reads the variables, or throws a `ConfigError`. */
export function readC2pa(read: (name: string) => string | undefined): C2paConfig {
  const allowDevelopment = readDevelopment(read)
  const signer = readSigner(read)
  const canSign = signer !== undefined || allowDevelopment
  const trustPath = read('STREAMSEAL_C2PA_TRUST')
  const timestampTrustPath = read('STREAMSEAL_C2PA_TSA_TRUST')
  const timestamps = readTimestamps(read)
  const mode = readMode(read('STREAMSEAL_C2PA') ?? (canSign ? 'stored' : 'off'))
  if (mode !== 'off' && !canSign) {
    throw new ConfigError(
      'STREAMSEAL_C2PA',
      `Cannot use STREAMSEAL_C2PA="${mode}" without STREAMSEAL_C2PA_CERT and STREAMSEAL_C2PA_KEY; to try it out, set STREAMSEAL_C2PA_DEVELOPMENT=1`,
    )
  }
  return {
    mode,
    allowDevelopment,
    ...(signer === undefined ? {} : { signer }),
    ...(trustPath === undefined ? {} : { trustPath: resolve(trustPath) }),
    ...(timestamps === undefined ? {} : { timestamps }),
    ...(timestampTrustPath === undefined ? {} : { timestampTrustPath: resolve(timestampTrustPath) }),
  }
}

function readMode(text: string): C2paMode {
  const mode = modes.find(each => each === text)
  if (mode !== undefined) return mode
  throw new ConfigError(
    'STREAMSEAL_C2PA',
    `Cannot use STREAMSEAL_C2PA="${text}": expected one of ${modes.join(', ')}`,
  )
}

function readSigner(read: (name: string) => string | undefined): C2paConfig['signer'] {
  const certificatePath = read('STREAMSEAL_C2PA_CERT')
  const keyPath = read('STREAMSEAL_C2PA_KEY')
  if (certificatePath === undefined && keyPath === undefined) return undefined
  if (certificatePath === undefined || keyPath === undefined) {
    const [given, missing] = keyPath === undefined ? ['CERT', 'KEY'] : ['KEY', 'CERT']
    throw new ConfigError(
      `STREAMSEAL_C2PA_${given}`,
      `Cannot use STREAMSEAL_C2PA_${given} without STREAMSEAL_C2PA_${missing}: signing takes both`,
    )
  }
  return { certificatePath: resolve(certificatePath), keyPath: resolve(keyPath) }
}

function readTimestamps(read: (name: string) => string | undefined): C2paConfig['timestamps'] {
  const permission = read('STREAMSEAL_C2PA_TSA_PRIVATE') ?? 'off'
  if (permission !== 'on' && permission !== 'off') {
    throw new ConfigError(
      'STREAMSEAL_C2PA_TSA_PRIVATE',
      `Cannot use STREAMSEAL_C2PA_TSA_PRIVATE="${permission}": expected "on" or "off"`,
    )
  }
  const text = read('STREAMSEAL_C2PA_TSA')
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    // Not quoted: what is wrong with it may be the password in it.
    throw new ConfigError(
      'STREAMSEAL_C2PA_TSA',
      'Cannot use STREAMSEAL_C2PA_TSA: expected an http or https URL without a user name or password',
    )
  }
  return { url: url.href, allowPrivate: permission === 'on' }
}

function readDevelopment(read: (name: string) => string | undefined): boolean {
  const text = read('STREAMSEAL_C2PA_DEVELOPMENT') ?? '0'
  if (text !== '0' && text !== '1') {
    throw new ConfigError(
      'STREAMSEAL_C2PA_DEVELOPMENT',
      `Cannot use STREAMSEAL_C2PA_DEVELOPMENT="${text}": expected 1 or 0`,
    )
  }
  if (text === '1' && read('NODE_ENV') === 'production') {
    throw new ConfigError(
      'STREAMSEAL_C2PA_DEVELOPMENT',
      'Cannot use STREAMSEAL_C2PA_DEVELOPMENT="1" with NODE_ENV="production": its certificates are worth nothing',
    )
  }
  return text === '1'
}
