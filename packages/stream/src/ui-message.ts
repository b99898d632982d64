export {
  createUiMessageChunks,
  type UiMessageChunk,
  type UiMessageChunkOptions,
  type UiMessageChunks,
  type UiMessageMetadata,
} from './ui-message/chunks.ts'
export { createUiMessageFrames } from './ui-message/ui-message-frames.ts'
export { type UiMessageOptions, uiMessageResponse, writeUiMessage } from './ui-message/ui-message-response.ts'
