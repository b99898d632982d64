export type { Chat, ChatSession, ChatSettings, ChatTasks, SessionOptions } from './chat.ts'
export type { CompiledPrompt } from './compile-prompt.ts'
export type { Declaration, DeclarationOptions, DeclareTask } from './declaration.ts'
export { declare, type WithModel } from './declare.ts'
export { DeclareError, type DeclareErrorCode, type DeclareIssue } from './declare-error.ts'
export {
  type Evaluation,
  evaluate,
  evaluationTable,
  type Scenario,
  scenario,
  type TypedScenario,
} from './evaluate.ts'
export type { LlmParams } from './llm-params.ts'
export { type InMemoryOptions, inMemory } from './memories/in-memory.ts'
export type { ChatMessage, ChatMessageStatus, Memory } from './memory.ts'
export { type CachingOptions, caching } from './middleware/caching.ts'
export { type LoggingOptions, logging } from './middleware/logging.ts'
export { type CallFigures, type Metering, metering } from './middleware/metering.ts'
export type { CallContext, Middleware } from './middleware.ts'
export {
  map,
  type ParallelOptions,
  parallel,
  type SequenceOptions,
  type Step,
  sequence,
  type Work,
} from './parallel.ts'
export { type PromptFunction, prompt, type TemplateInput } from './prompt-template.ts'
export type { JsonSchema, Schema } from './schema.ts'
export type {
  CallArguments,
  CallOptions,
  CallResult,
  CallSettings,
  FirstFlag,
  Inputs,
  Task,
  TaskPlan,
  TaskSettings,
  TaskWithInput,
  TaskWithoutInput,
} from './task.ts'
export type {
  DeepPartial,
  LlmResponse,
  TaskCall,
  TaskChunk,
  TaskResult,
  TaskStream,
} from './task-result.ts'
export { type DeclaredTool, type DeclaredTools, tool } from './tool-box.ts'
export type { ChatWindow } from './window.ts'
