/** Ids of sealed streams: 16 hexadecimal digits, 64 random bits, as the seal's format has them. */
import { randomBytes } from 'node:crypto'

/** A new id. */
export function newStreamId(): string {
  return randomBytes(8).toString('hex')
}
