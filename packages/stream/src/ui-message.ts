export {
  createUiMessageChunks,
  type UiMessageChunk,
  type UiMessageChunkOptions,
  type UiMessageChunks,
  type UiMessageMetadata,
} from './ui-message/chunks.ts'
export { type UiMessageOptions, uiMessageResponse, writeUiMessage } from './ui-message/ui-message-response.ts'
