/** The gateway's figures for Prometheus: answers under way, requests refused, answers sealed, and what models take. */
import type { Model } from '@streamseal/stream'
import { withTelemetry } from '@streamseal/stream/opentelemetry'
import { prometheusMeter } from '@streamseal/stream/prometheus'
import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Registry } from 'prom-client'
import type { LiveStreams } from '../http/live-streams.ts'
import type { ModelRoute } from '../models/model-route.ts'
import type { ModelTable } from '../models/model-table.ts'
import type { AnswerStore } from '../store/answer-store.ts'
import { boundedMeter } from './metrics-labels.ts'

/** What is measured, and where. */
export interface Metrics {
  /** The same table, whose models are measured where they are spoken to in parts. */
  observe(models: ModelTable): ModelTable
  /** The same store, which counts what it is given to keep. */
  counting(store: AnswerStore): AnswerStore
  /** Adds `GET /metrics`, and counts what `app` refuses. */
  addTo(app: FastifyInstance): void
}

/** So many models have figures of their own; the rest share the name `other`. */
const maxModels = 100

/** Makes the figures of one gateway. */
export function createMetrics(streams: Pick<LiveStreams, 'size'>): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const meter = boundedMeter(prometheusMeter(registry), maxModels)
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
    observe: models => observed(models, model => withTelemetry(model, { meter })),
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
