/** Encypher's `jumbf` box: a length (big-endian, itself included), the type `jumb`, and JSON. ISO 19566-5 asks for more; this is what 2.5 to 3.2 write. */

const TYPE = [0x6a, 0x75, 0x6d, 0x62]

/** The box around some JSON. */
export function writeJumbf(json: Uint8Array): Uint8Array {
  const box = new Uint8Array(8 + json.length)
  new DataView(box.buffer).setUint32(0, box.length)
  box.set(TYPE, 4)
  box.set(json, 8)
  return box
}

/** The JSON in a box, or `undefined` where the length or the type is wrong. */
export function readJumbf(box: Uint8Array): Uint8Array | undefined {
  if (box.length < 8 || new DataView(box.buffer, box.byteOffset).getUint32(0) !== box.length) return undefined
  return TYPE.every((byte, i) => box[4 + i] === byte) ? box.subarray(8) : undefined
}
