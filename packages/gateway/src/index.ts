/** The gateway as a library: read a configuration, start, stop. */

export { ConfigError } from './config/config-error.ts'
export type { Environment } from './config/environment.ts'
export { type LoadOptions, loadConfig } from './config/load-config.ts'
export type { C2paConfig, C2paMode } from './config/read-c2pa.ts'
export {
  type Config,
  type ProviderConfig,
  readConfig,
  type SealMode,
} from './config/read-config.ts'
export type {
  ConfigFile,
  KeyEntry,
  ModelEntryConfig,
  ProviderEntry,
  ReceiverEntry,
} from './config/read-config-file.ts'
export { type Setting, type SettingName, type Settings, settings } from './config/settings.ts'
export type { KeyRing, KeySet } from './keys/key-ring.ts'
export type { ModelEntry, ModelRoute, ModelSource, OpenAIUpstream } from './models/model-route.ts'
export type { ModelTable } from './models/model-table.ts'
export { type Gateway, type StartOptions, startGateway } from './start-gateway.ts'
