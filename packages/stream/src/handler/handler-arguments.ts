/** What a streaming handler is made of, checked: Encypher's class of the same name takes other arguments. */
import type { Model } from '../contract.ts'
import { StreamFormat } from './stream-format.ts'

/** Options that Encypher's handler knows, in its spelling here and in Python's. */
const encypherOptions = [
  'metadata',
  'target',
  'encodeFirstChunkOnly',
  'encode_first_chunk_only',
  'hmacSecretKey',
  'hmac_secret_key',
  'privateKey',
  'private_key',
  'signerId',
  'signer_id',
  'customMetadata',
  'minBufferSize',
]

/** Throws `TypeError` for what is not a model, naming the other class where it is that one's options. */
export function checkModel(model: unknown): asserts model is Model {
  if (typeof model === 'object' && model !== null) {
    if ('stream' in model && typeof model.stream === 'function') return
    const known = encypherOptions.find(name => name in model)
    if (known !== undefined) {
      throw new TypeError(
        `Cannot stream with \`${known}\`: this handler takes a model and a format; the one that embeds metadata in text is in @streamseal/seal/encypher`,
      )
    }
  }
  throw new TypeError(
    `Cannot stream: the first argument is ${model === null ? 'null' : `a ${typeof model}`}, not a model with a \`stream\` method`,
  )
}

/** Throws `TypeError` for anything but a format. */
export function checkFormat(format: unknown): asserts format is StreamFormat {
  if (format === StreamFormat.SSE || format === StreamFormat.WEBSOCKET) return
  throw new TypeError(
    `Cannot stream as ${JSON.stringify(format)}: the format is StreamFormat.SSE or StreamFormat.WEBSOCKET`,
  )
}
