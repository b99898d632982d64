/** Keys and certificates from files, with the name of the file in what goes wrong. */
import { readFileSync } from 'node:fs'
import {
  C2paError,
  type C2paSigner,
  createC2paSigner,
  type TimestampAuthority,
  type TrustList,
  trustAnchors,
} from '@streamseal/c2pa'

/** Where a signer's key and certificates are. */
export interface SignerFiles {
  readonly keyPath: string
  readonly certificatePath: string
  readonly allowDevelopment: boolean
  readonly timestamp?: TimestampAuthority
}

/** Whom to trust besides the anchors of one file. */
export interface AnchorOptions {
  readonly allowDevelopment: boolean
  /** The anchors of time-stamping authorities. */
  readonly timestampPath?: string
}

/** A file that cannot be used. Its message names the file and never quotes it. */
export class PemFileError extends Error {
  override readonly name = 'PemFileError'
}

/** Reads a signer. Rejects with `PemFileError`. */
export async function readSigner(files: SignerFiles): Promise<C2paSigner> {
  const { keyPath, certificatePath, allowDevelopment, timestamp } = files
  const privateKey = readPemFile(keyPath)
  const chain = readPemFile(certificatePath)
  try {
    return await createC2paSigner({ privateKey, chain, allowDevelopment, ...(timestamp && { timestamp }) })
  } catch (error) {
    throw asFileError(error, `"${certificatePath}" and "${keyPath}"`)
  }
}

/** Reads whom to trust. Throws `PemFileError`. */
export function readAnchors(path: string, { allowDevelopment, timestampPath }: AnchorOptions): TrustList {
  const pem = readPemFile(path)
  const timestampAnchors = timestampPath === undefined ? undefined : readPemFile(timestampPath)
  try {
    return trustAnchors(pem, { allowDevelopment, ...(timestampAnchors && { timestampAnchors }) })
  } catch (error) {
    throw asFileError(error, `"${path}"`)
  }
}

function readPemFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new PemFileError(`Cannot read "${path}": ${reason}`, { cause })
  }
}

function asFileError(error: unknown, files: string): unknown {
  if (!(error instanceof C2paError)) return error
  return new PemFileError(`Cannot use ${files}: ${error.message}`, { cause: error })
}
