export { type NdjsonOptions, ndjsonResponse, writeNdjson } from './ndjson/ndjson-response.ts'
export { createPartEvents, createPartLines, createPartMessages } from './ndjson/part-frames.ts'
