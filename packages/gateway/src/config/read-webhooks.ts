/** What is to be done about webhooks: whether events carry the answer's text, and which private addresses may be told. */
import { ConfigError } from './config-error.ts'

/** The webhooks' part of the configuration. */
export interface WebhookConfig {
  /** Whether events carry the answer's text. */
  readonly includeText: boolean
  /** Whether receivers may have private addresses, this machine's among them, and be reached without TLS. */
  readonly allowPrivate: boolean
}

/** Reads `STREAMSEAL_WEBHOOK_TEXT` and `STREAMSEAL_WEBHOOK_PRIVATE`; throws a `ConfigError` where one is neither `on` nor `off`. */
export function readWebhooks(read: (name: string) => string | undefined): WebhookConfig {
  const isOn = (variable: string, fallback: 'on' | 'off'): boolean => {
    const text = read(variable) ?? fallback
    if (text === 'on' || text === 'off') return text === 'on'
    throw new ConfigError(variable, `Cannot use ${variable}="${text}": expected "on" or "off"`)
  }
  return {
    includeText: isOn('STREAMSEAL_WEBHOOK_TEXT', 'on'),
    allowPrivate: isOn('STREAMSEAL_WEBHOOK_PRIVATE', 'off'),
  }
}
