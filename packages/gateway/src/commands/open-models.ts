/** What `ask` and `chat` answer with: the models of the environment, and this machine's key to seal with. */
import type { Model, SealOptions } from '@streamseal/stream'
import { loadConfig } from '../config/load-config.ts'
import type { Config } from '../config/read-config.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { createModelTable } from '../models/model-table.ts'
import { findSources } from '../models/sources.ts'
import { openDataDirectory } from '../store/data-directory.ts'

/** Models by name, and how answers are sealed. */
export interface OpenedModels {
  readonly config: Config
  /** The model of that name, or the default where none is given; rejects with `MODEL_NOT_FOUND`. */
  find(name: string | undefined): Promise<Model>
  /** Undefined where answers are not sealed. */
  readonly seal: SealOptions | undefined
}

/** Reads the environment as the gateway does. */
export async function openModels(flags: Readonly<Record<string, string>>): Promise<OpenedModels> {
  const config = loadConfig(process.env, { flags })
  openDataDirectory(config.dataDirectory)
  const table = createModelTable(await findSources(config), config.model, config.models)
  return {
    config,
    seal: await sealOf(config),
    find: async name => (name === undefined ? await table.findDefault() : table.find(name)).toModel(),
  }
}

async function sealOf({ seal, dataDirectory, issuer, publicUrl }: Config): Promise<SealOptions | undefined> {
  if (seal === 'off') return undefined
  const { signer } = await openKeyRing(dataDirectory)
  const name = issuer ?? publicUrl
  return { signer, profile: seal, ...(name === undefined ? {} : { claims: { issuer: name } }) }
}
