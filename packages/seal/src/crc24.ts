/** CRC-24 as OpenPGP has it (RFC 9580 §6.1.1: initial value B704CE, polynomial 864CFB). It tells damage, not forgery. */

const table: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 16
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864cfb : 0)
  return crc & 0xffffff
})

/** The checksum of `bytes`, 24 bits. */
export function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce
  for (const byte of bytes) crc = ((crc << 8) ^ (table[((crc >> 16) ^ byte) & 0xff] as number)) & 0xffffff
  return crc
}
