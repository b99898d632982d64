/** The gateway's figures, for Prometheus and OpenTelemetry: answers under way, requests refused, answers sealed, and what models take. */
import type { Model } from '@streamseal/stream'
import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Registry } from 'prom-client'
import type { LiveStreams } from '../http/live-streams.ts'
import type { ModelRoute } from '../models/model-route.ts'
import type { ModelTable } from '../models/model-table.ts'
import type { AnswerStore } from '../store/answer-store.ts'
import { createModelFigures, type ModelFigures } from '../telemetry/model-figures.ts'
import type { OpenTelemetry } from '../telemetry/open-telemetry.ts'

/** What is measured, and where. */
export interface Metrics {
  /** The same table, whose models are measured where they are spoken to in parts. */
  observe(models: ModelTable): ModelTable
  /** Measures an answer that is relayed in the provider's own bytes. */
  readonly relay: ModelFigures['relay']
  /** The same store, which counts what it is given to keep. */
  counting(store: AnswerStore): AnswerStore
  /** Adds `GET /metrics`, and counts what `app` refuses. */
  addTo(app: FastifyInstance): void
}

/** Makes the figures of one gateway; those of models go to OpenTelemetry too, where it is on. */
export function createMetrics(streams: Pick<LiveStreams, 'size'>, telemetry?: OpenTelemetry): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const figures = createModelFigures(registry, telemetry)
  new Gauge({
    name: 'streamseal_answers_under_way',
    help: 'Answers that are under way now',
    registers,
    collect() {
      this.set(streams.size)
    },
  })
  const refused = new Counter({
    name: 'streamseal_requests_refused_total',
    help: 'Requests that were answered with an error status',
    labelNames: ['status'],
    registers,
  })
  const sealed = new Counter({
    name: 'streamseal_answers_sealed_total',
    help: 'Answers that were sealed, by how they ended and by the route that gave them',
    labelNames: ['ending', 'route'],
    registers,
  })
  return {
    observe: models => observed(models, figures.observe),
    relay: figures.relay,
    counting: store => ({
      ...store,
      keep(answer) {
        store.keep(answer)
        sealed.inc({ ending: answer.ending, route: answer.route })
      },
    }),
    addTo(app) {
      app.addHook('onResponse', (_request, { raw }, done) => {
        if (raw.statusCode >= 400) refused.inc({ status: raw.statusCode })
        done()
      })
      app.get('/metrics', async (_request, reply) => {
        reply.type(registry.contentType)
        return registry.metrics()
      })
    },
  }
}

function observed(models: ModelTable, observe: (model: Model) => Model): ModelTable {
  const around = (route: ModelRoute): ModelRoute => ({
    ...route,
    toModel: authorization => observe(route.toModel(authorization)),
  })
  return {
    ...models,
    find: name => around(models.find(name)),
    findDefault: async authorization => around(await models.findDefault(authorization)),
  }
}
