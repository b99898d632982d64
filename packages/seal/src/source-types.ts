/** IPTC digital source types (NewsCodes, scheme `digitalsourcetype`), by the numbers that stand for them in claims. New ones are added at the end; a number never changes its meaning. */
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
