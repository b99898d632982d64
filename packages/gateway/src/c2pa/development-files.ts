/** A certificate chain for development as files: the key readable by its owner alone, every name marked. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDevelopmentChain, type DevelopmentChainOptions } from '@streamseal/c2pa'

/** Where the files of a chain are. */
export interface ChainFiles {
  readonly keyPath: string
  /** The leaf and the authority that issued it. */
  readonly certificatePath: string
  /** The root, to be trusted. */
  readonly trustPath: string
}

/** The names that a chain's files have in `folder`. */
export function chainFilesIn(folder: string): ChainFiles {
  return {
    keyPath: join(folder, 'c2pa-development-key.pem'),
    certificatePath: join(folder, 'c2pa-development-chain.pem'),
    trustPath: join(folder, 'c2pa-development-root.pem'),
  }
}

/** Makes a chain and writes it to `folder`; throws a `RangeError` where one of its files is there already. */
export async function writeDevelopmentChain(
  folder: string,
  options: DevelopmentChainOptions = {},
): Promise<ChainFiles> {
  const files = chainFilesIn(folder)
  const taken = Object.values(files).find(path => existsSync(path))
  if (taken !== undefined)
    throw new RangeError(`Cannot write a new chain to "${folder}": "${taken}" is there`)
  const { privateKey, chain, root } = await createDevelopmentChain(options)
  mkdirSync(folder, { recursive: true })
  const write = (path: string, pem: string, mode: number): void =>
    writeFileSync(path, pem, { mode, flag: 'wx' })
  write(files.certificatePath, chain, 0o644)
  write(files.trustPath, root, 0o644)
  write(files.keyPath, privateKey, 0o600)
  return files
}
