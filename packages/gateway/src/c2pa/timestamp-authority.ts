/** The time-stamping authority of the configuration. */
import { httpTimestampAuthority, type TimestampAuthority } from '@streamseal/c2pa'
import { guardedFetch } from './guarded-fetch.ts'

/** The authority at an address, asked through a guard, and for no longer than `timeoutMs`. */
export const timestampAuthority = (
  { url, allowPrivate }: { readonly url: string; readonly allowPrivate: boolean },
  timeoutMs: number,
): TimestampAuthority => httpTimestampAuthority(url, { fetch: guardedFetch(allowPrivate), timeoutMs })
