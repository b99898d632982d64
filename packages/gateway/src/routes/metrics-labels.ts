/** Keeps the names of models among a metric's labels few: a client may ask for any name, and each would be a series that stays. */
import type { PrometheusMeter } from '@streamseal/stream/prometheus'

type Histogram = ReturnType<PrometheusMeter['createHistogram']>
type Attributes = NonNullable<Parameters<Histogram['record']>[1]>

const asked = 'gen_ai.request.model'
const answered = 'gen_ai.response.model'

/** The meter, with names that are not known written as `other`. A name is known once a model has answered to it; at most `maxModels` are. */
export function boundedMeter(meter: PrometheusMeter, maxModels: number): PrometheusMeter {
  const known = new Set<unknown>()
  const learn = (attributes: Attributes): void => {
    if (attributes[answered] === undefined) return
    for (const name of [attributes[asked], attributes[answered]]) if (known.size < maxModels) known.add(name)
  }
  const bounded = (attributes: Attributes): Attributes => {
    learn(attributes)
    const named = [asked, answered].filter(label => attributes[label] !== undefined)
    const others = named.filter(label => !known.has(attributes[label])).map(label => [label, 'other'])
    return { ...attributes, ...Object.fromEntries(others) }
  }
  return {
    createHistogram(name, options) {
      const histogram = meter.createHistogram(name, options)
      return { record: (value, attributes = {}) => histogram.record(value, bounded(attributes)) }
    },
  }
}
