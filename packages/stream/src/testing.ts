export { checkParts } from './testing/check-parts.ts'
export {
  type Delivered,
  type DeliveryReader,
  type DeliverySuiteOptions,
  type DeliveryUnderTest,
  deliverySuite,
} from './testing/delivery-suite.ts'
export { type FaultOutcome, faults, tryFault } from './testing/fault-matrix.ts'
export { frameRecording, type RecordingKind } from './testing/frame-recording.ts'
export { type MemorySuiteOptions, memorySuite } from './testing/memory-suite.ts'
export { type ModelSuiteOptions, modelSuite } from './testing/model-suite.ts'
export { type OutboxSuiteOptions, outboxSuite } from './testing/outbox-suite.ts'
export {
  type PlayedRecording,
  type PlayMode,
  playRecording,
  recordingBytes,
  recordingModels,
} from './testing/play-recording.ts'
export {
  type Answer,
  type Fault,
  type ProviderServer,
  type ReceivedRequest,
  serveProvider,
} from './testing/provider-server.ts'
export { randomCuts } from './testing/random-cuts.ts'
export { replay } from './testing/replay.ts'
export type { TestFunction } from './testing/runners-test.ts'
export { failingSampleStream, sampleStream, sampleText } from './testing/sample-streams.ts'
export { type ScriptedModelOptions, type ScriptStep, scriptedModel } from './testing/scripted-model.ts'
export { type MakeRunStore, type StoreSuiteOptions, storeSuite } from './testing/store-suite.ts'
