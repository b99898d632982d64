/** `REDIS_URL`: where runs are kept that several gateways share. It may hold a password, so that it is never quoted whole. */
import { ConfigError } from './config-error.ts'

/** Checks the variable; throws a `ConfigError` where it is no `redis://` or `rediss://` URL. */
export function readRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text
  throw new ConfigError(
    'REDIS_URL',
    `Cannot use REDIS_URL="${withoutPassword(text)}": expected "redis://" or "rediss://", a host and a port`,
  )
}

/** The URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@')
}
