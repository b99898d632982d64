/** What the C2PA commands read and write besides the text. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { C2paSigner, TextCarrier, TrustList } from '@streamseal/c2pa'
import {
  type AnchorOptions,
  PemFileError,
  readAnchors,
  readSigner,
  type SignerFiles,
} from '../c2pa/read-pem.ts'
import { loadConfig } from '../config/load-config.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { type ManifestDatabase, manifestDatabaseName, openManifestStore } from '../store/manifest-store.ts'
import type { CarrierFlag } from './c2pa-carriers.ts'
import { UsageError } from './usage-error.ts'

/** The library's name for it: a text that carries nothing is looked at as one that could. */
export function toTextCarrier(carrier: CarrierFlag): TextCarrier {
  return carrier === 'structured' || carrier === 'html' ? carrier : 'wrapper'
}

/** The signer of these files, or a `UsageError` that names the one at fault. */
export function signerOf(files: SignerFiles): Promise<C2paSigner> {
  return asUsage(() => readSigner(unlessProduction(files)))
}

/** Whom to trust, or a `UsageError`. */
export function anchorsOf(path: string, options: AnchorOptions): Promise<TrustList> {
  return asUsage(async () => readAnchors(path, unlessProduction(options)))
}

/** In production, certificates for development are refused whoever asks for them. */
function unlessProduction<Options extends { readonly allowDevelopment: boolean }>(options: Options): Options {
  return {
    ...options,
    allowDevelopment: options.allowDevelopment && process.env.NODE_ENV !== 'production',
  }
}

async function asUsage<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof PemFileError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** What `use` returns for the manifests of the data directory. */
export async function withManifests<Value>(use: (store: ManifestDatabase) => Promise<Value>): Promise<Value> {
  const { dataDirectory, keepManifests } = loadConfig(process.env)
  openDataDirectory(dataDirectory)
  const store = openManifestStore(join(dataDirectory, manifestDatabaseName), { keepManifests })
  try {
    return await use(store)
  } finally {
    store.close()
  }
}

/** A manifest's bytes from a file. */
export async function readManifestFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(path))
}
