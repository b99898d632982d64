/** What `serve` prints once it listens: where to go, which models there are, where the keys are. */
import type { Config } from './config/read-config.ts'
import type { Gateway } from './start-gateway.ts'

/** The lines, for people; nothing in them is secret. */
export function startLines({ url, models, keys }: Gateway, config: Config): string[] {
  const shown = url.replace('//127.0.0.1', '//localhost')
  const [first, ...others] = models.sources.map(source => source.description)
  return [
    `Streamseal listens on ${config.publicUrl ?? shown}`,
    '',
    `  playground  ${shown}/`,
    `  verify      ${shown}/verify`,
    `  base URL    ${shown}/v1   (for OpenAI clients)`,
    `  models      ${first ?? 'none'}`,
    ...others.map(description => `              ${description}`),
    `  keys        ${keys.path}`,
    `  access      ${accessOf(config)}`,
    ...c2paLines(config),
  ]
}

function accessOf({ apiKey, host }: Config): string {
  return apiKey === undefined ? `this machine only (${host}), no API key` : 'clients send STREAMSEAL_API_KEY'
}

function c2paLines({ c2pa }: Config): string[] {
  if (c2pa.mode === 'off') return []
  const warning = c2pa.allowDevelopment ? ', with certificates for DEVELOPMENT ONLY' : ''
  return [`  C2PA        manifests are ${c2pa.mode}${warning}`]
}
