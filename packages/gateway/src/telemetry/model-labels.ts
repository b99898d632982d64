/** Keeps the names of models among a metric's labels few: a client may ask for any name, and each would be a series that stays. */
import type { Attributes, Histogram, Meter } from '@opentelemetry/api'

/** What histograms are made with. */
export type HistogramMeter = Pick<Meter, 'createHistogram'>

const asked = 'gen_ai.request.model'
const answered = 'gen_ai.response.model'

/** Names of models that may be labels. */
export interface KnownModels {
  /** A model has answered to this name. */
  learn(name: unknown): void
  /** The name as it is written: `other` where it is not known. */
  label(name: unknown): string
}

/** Makes the names; at most `maxModels` are known. */
export function knownModels(maxModels: number): KnownModels {
  const known = new Set<unknown>()
  return {
    learn(name) {
      if (name !== undefined && known.size < maxModels) known.add(name)
    },
    label: name => (known.has(name) ? String(name) : 'other'),
  }
}

/** The meter, with names that are not known written as `other`. A name is known once a model has answered to it. */
export function boundedMeter(meter: HistogramMeter, known: KnownModels): HistogramMeter {
  const bounded = (attributes: Attributes): Attributes => {
    if (attributes[answered] !== undefined)
      for (const label of [asked, answered]) known.learn(attributes[label])
    const named = [asked, answered].filter(label => attributes[label] !== undefined)
    return {
      ...attributes,
      ...Object.fromEntries(named.map(label => [label, known.label(attributes[label])])),
    }
  }
  return {
    createHistogram: <More extends Attributes = Attributes>(
      name: string,
      options?: Parameters<Meter['createHistogram']>[1],
    ): Histogram<More> => {
      const histogram = meter.createHistogram(name, options)
      return { record: (value, attributes = {} as More) => histogram.record(value, bounded(attributes)) }
    },
  }
}

/** A meter that records with each of several. */
export function jointMeter(meters: readonly HistogramMeter[]): HistogramMeter {
  return {
    createHistogram: (name, options) => {
      const histograms = meters.map(meter => meter.createHistogram(name, options))
      return {
        record(value, attributes) {
          for (const histogram of histograms) histogram.record(value, attributes)
        },
      }
    },
  }
}
