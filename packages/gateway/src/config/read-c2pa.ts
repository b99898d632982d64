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
