/** PNG pictures (ISO/IEC 15948) of 8 bits a channel, as browsers write them: their pixels, and where two differ. */
import { inflateSync } from 'node:zlib'

interface Picture {
  width: number
  height: number
  channels: number
  pixels: Uint8Array
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 }

/** A pixel that differs. */
export interface Point {
  x: number
  y: number
}

/** The pixels that differ; of pictures of unlike sizes, at least one. */
export function differences(a: Buffer, b: Buffer): Point[] {
  if (a.equals(b)) return []
  const [one, two] = [decode(a), decode(b)]
  const points: Point[] = []
  if (one.width !== two.width || one.height !== two.height)
    points.push({ x: 0, y: Math.min(one.height, two.height) })
  for (let y = 0; y < Math.min(one.height, two.height); y++)
    for (let x = 0; x < Math.min(one.width, two.width); x++)
      if (!sameAt(one, two, x, y)) points.push({ x, y })
  return points
}

function sameAt(one: Picture, two: Picture, x: number, y: number): boolean {
  const from = (y * one.width + x) * one.channels
  const to = (y * two.width + x) * two.channels
  for (let channel = 0; channel < 3; channel++)
    if (one.pixels[from + channel] !== two.pixels[to + channel]) return false
  return true
}

function decode(png: Buffer): Picture {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const channels = CHANNELS[png[25] ?? -1]
  if (png[24] !== 8 || channels === undefined || png[28] !== 0)
    throw new Error('Cannot read a PNG that has a palette, is interlaced, or has not 8 bits a channel')
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return {
    width,
    height,
    channels,
    pixels: unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels),
  }
}

/** Undoes the filter of each row (clause 9). */
function unfiltered(data: Buffer, rowBytes: number, channels: number): Uint8Array {
  const rows = data.length / (rowBytes + 1)
  const pixels = new Uint8Array(rows * rowBytes)
  for (let row = 0; row < rows; row++) {
    const filter = data[row * (rowBytes + 1)]
    const to = row * rowBytes
    for (let i = 0; i < rowBytes; i++) {
      const raw = data[row * (rowBytes + 1) + 1 + i] as number
      const left = i >= channels ? (pixels[to + i - channels] as number) : 0
      const up = row > 0 ? (pixels[to + i - rowBytes] as number) : 0
      const upLeft = row > 0 && i >= channels ? (pixels[to + i - rowBytes - channels] as number) : 0
      pixels[to + i] = raw + predicted(filter, left, up, upLeft)
    }
  }
  return pixels
}

function predicted(filter: number | undefined, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  return filter === 4 ? paeth(left, up, upLeft) : 0
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const [toLeft, toUp, toUpLeft] = [
    Math.abs(estimate - left),
    Math.abs(estimate - up),
    Math.abs(estimate - upLeft),
  ]
  if (toLeft <= toUp && toLeft <= toUpLeft) return left
  return toUp <= toUpLeft ? up : upLeft
}
