import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedMeter, knownModels } from './model-labels.ts'

const asked = 'gen_ai.request.model'
const answered = 'gen_ai.response.model'

test('at most the given number of names is written, and none before a model has answered to it', () => {
  const name = fc.integer({ min: 0, max: 30 }).map(String)
  const record = fc.record({ request: name, response: fc.option(name) })
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 1, max: 8 }), (records, maxModels) => {
      const written = new Set<unknown>()
      const heard = new Set<string>()
      const { record: write } = boundedMeter(
        {
          createHistogram: () => ({
            record(_value, attributes) {
              for (const label of [asked, answered])
                if (attributes?.[label] !== undefined) written.add(attributes[label])
            },
          }),
        },
        knownModels(maxModels),
      ).createHistogram('x')
      for (const { request, response } of records) {
        if (response !== null) heard.add(request).add(response)
        write(1, { [asked]: request, ...(response === null ? {} : { [answered]: response }) })
      }
      written.delete('other')
      expect(written.size).toBeLessThanOrEqual(maxModels)
      for (const each of written) expect(heard).toContain(each)
    }),
  )
})
