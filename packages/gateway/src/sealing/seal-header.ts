/** The request header that chooses how an answer is sealed. */
import type { IncomingHttpHeaders } from 'node:http'
import type { SealMode } from '../config/read-config.ts'
import { keyOf } from '../http/access.ts'
import { GatewayError } from '../http/gateway-error.ts'

/** What the header may say; `on` is the gateway's default, or `full` where that is off. */
const words: Readonly<Record<string, SealMode | 'on'>> = {
  full: 'full',
  light: 'light',
  off: 'off',
  on: 'on',
}

/** Reads `Streamseal-Seal`, or a parameter of the same meaning; without either what the request's key is given, else `otherwise`. */
export function sealModeOf(headers: IncomingHttpHeaders, otherwise: SealMode, parameter?: string): SealMode {
  const fallback = keyOf(headers)?.seal ?? otherwise
  const text = String(headers['streamseal-seal'] ?? parameter ?? '').toLowerCase()
  if (text === '') return fallback
  const mode = Object.hasOwn(words, text) ? words[text] : undefined
  if (mode === 'on') return fallback === 'off' ? 'full' : fallback
  if (mode !== undefined) return mode
  throw new GatewayError(`Cannot seal with "${text.slice(0, 40)}": expected "full", "light" or "off"`, {
    code: 'INVALID_REQUEST',
    param: 'streamseal-seal',
  })
}
