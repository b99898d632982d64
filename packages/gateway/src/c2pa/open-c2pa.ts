/** The gateway's C2PA: its certificates, its manifests, and whom it trusts, read at start. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type C2paReport, type C2paSigner, type TrustList, verifyText } from '@streamseal/c2pa'
import { ConfigError } from '../config/config-error.ts'
import type { Config } from '../config/read-config.ts'
import type { Sealing } from '../sealing/sealing.ts'
import { manifestDatabaseName, openManifestStore } from '../store/manifest-store.ts'
import { type ChainFiles, chainFilesIn, writeDevelopmentChain } from './development-files.ts'
import { PemFileError, readAnchors, readSigner } from './read-pem.ts'
import { AnswerSigner } from './sign-answers.ts'
import { timestampAuthority } from './timestamp-authority.ts'

/** What `POST /verify` says of C2PA: the report, without the text. */
export type C2paMember = Omit<C2paReport, 'text'>

/** C2PA in a running gateway. */
export interface C2pa {
  /** The sealing with which answers are signed as the mode says; where it is off, `sealing` as it was. */
  around(sealing: Sealing): Sealing
  /** What C2PA says of a text: of the wrapper in it, or of the manifest that was kept for it. */
  verify(text: string): Promise<C2paMember>
  /** Waits for what is being signed, and closes the store. */
  close(): Promise<void>
}

/** Told of what goes wrong with an answer, and in words of what; the answer goes on. */
export type OnC2paError = (error: unknown, what: string) => void

/** Opens it; rejects with a `ConfigError` where a file cannot be used. */
export async function openC2pa(config: Config, onError: OnC2paError): Promise<C2pa> {
  const { c2pa, dataDirectory } = config
  const files = await chainFiles(config)
  const signer = c2pa.mode === 'off' || files === undefined ? undefined : await signerOf(config, files)
  const trust = trustOf(config, files)
  const store = openManifestStore(join(dataDirectory, manifestDatabaseName), config)
  let answers: AnswerSigner | undefined
  return {
    around(sealing) {
      if (c2pa.mode === 'off' || signer === undefined) return sealing
      const { mode } = c2pa
      answers = new AnswerSigner(sealing, {
        mode,
        signer,
        store,
        maxTextLength: config.maxEventBytes,
        onError: error => onError(error, 'cannot sign for C2PA'),
        onUnstamped: error => onError(error, 'there is no time-stamp: the answer is signed without one'),
      })
      return answers
    },
    async verify(text) {
      // Whoever has just read an answer to its end may ask before its manifest has been kept.
      await answers?.settled()
      const { text: _clean, ...report } = await verifyText(text, { store, ...(trust && { trust }) })
      return report
    },
    async close() {
      await answers?.settled()
      store.close()
    },
  }
}

type SignerFiles = Pick<ChainFiles, 'keyPath' | 'certificatePath'> & { readonly trustPath?: string }

/** The files that were configured, or those of a development chain of the gateway's own. */
async function chainFiles({ c2pa, dataDirectory }: Config): Promise<SignerFiles | undefined> {
  if (c2pa.signer !== undefined) return c2pa.signer
  return c2pa.allowDevelopment ? developmentFiles(join(dataDirectory, 'c2pa')) : undefined
}

/**
 * Made on the first start, and again before it expires. Files of which one is missing or cannot be used are made anew, all
 * three: nobody trusts such a chain but this gateway, which reads its root at every start.
 */
async function developmentFiles(folder: string): Promise<ChainFiles> {
  const files = chainFilesIn(folder)
  if ((await expiryOf(files)) > Date.now() + weekMs) return files
  for (const path of Object.values(files)) rmSync(path, { force: true })
  return writeDevelopmentChain(folder, { name: 'Streamseal gateway' })
}

/** When a chain's certificates expire, in milliseconds since 1970; 0 where there is no chain that can be used. */
async function expiryOf(files: ChainFiles): Promise<number> {
  try {
    return (await readSigner({ ...files, allowDevelopment: true })).validity.to
  } catch (error) {
    if (error instanceof PemFileError) return 0
    throw error
  }
}

const weekMs = 604_800_000

/** How long an authority may take, in milliseconds: less than a signer may, so that there is time to sign without. */
const timestampTimeoutMs = 1000

async function signerOf({ c2pa }: Config, files: SignerFiles): Promise<C2paSigner> {
  const { allowDevelopment, timestamps } = c2pa
  const timestamp = timestamps && timestampAuthority(timestamps, timestampTimeoutMs)
  const signer = await asConfig('STREAMSEAL_C2PA_CERT', () =>
    readSigner({ ...files, allowDevelopment, ...(timestamp && { timestamp }) }),
  )
  if (signer.validity.to > Date.now()) return signer
  throw new ConfigError(
    'STREAMSEAL_C2PA_CERT',
    `Cannot use "${files.certificatePath}": its certificates expired at ${new Date(signer.validity.to).toISOString()}`,
  )
}

/** The anchors that were configured; without them only a development chain of the gateway's own is trusted. */
function trustOf({ c2pa }: Config, files: SignerFiles | undefined): TrustList | undefined {
  const path = c2pa.trustPath ?? files?.trustPath
  const { allowDevelopment, timestampTrustPath } = c2pa
  if (path === undefined) return undefined
  try {
    return readAnchors(path, {
      allowDevelopment,
      ...(timestampTrustPath !== undefined && { timestampPath: timestampTrustPath }),
    })
  } catch (error) {
    throw toConfigError('STREAMSEAL_C2PA_TRUST', error)
  }
}

async function asConfig<Value>(variable: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    throw toConfigError(variable, error)
  }
}

function toConfigError(variable: string, error: unknown): unknown {
  return error instanceof PemFileError ? new ConfigError(variable, error.message) : error
}
