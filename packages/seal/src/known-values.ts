/** Values that claims often hold, and the numbers that stand for them. New values are added at the end; a number never changes its meaning. */

/** Names of providers. */
export const knownProviders: readonly string[] = [
  'openai',
  'anthropic',
  'google',
  'azure',
  'mistral',
  'meta',
  'xai',
  'deepseek',
  'groq',
  'ollama',
  'cohere',
  'amazon',
  'streamseal',
]

/** IPTC digital source types (NewsCodes, scheme `digitalsourcetype`). */
export const knownSourceTypes: readonly string[] = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'algorithmicMedia',
  'compositeSynthetic',
  'algorithmicallyEnhanced',
  'dataDrivenMedia',
  'digitalCreation',
  'humanEdits',
  'composite',
  'compositeCapture',
]
