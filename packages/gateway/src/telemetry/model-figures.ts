/** What models take and cost, for Prometheus and OpenTelemetry: of models spoken to in parts, and of answers that are relayed. */
import type { Model } from '@streamseal/stream'
import {
  observeCalls,
  type TelemetryOptions,
  type UsedTokens,
  withTelemetry,
} from '@streamseal/stream/opentelemetry'
import { prometheusMeter } from '@streamseal/stream/prometheus'
import { Counter, type Registry } from 'prom-client'
import { boundedMeter, jointMeter, knownModels } from './model-labels.ts'
import type { OpenTelemetry } from './open-telemetry.ts'
import { createRelayObserver, type RelayedCall, type RelayObserver } from './relay-observer.ts'

/** Measures calls of models. */
export interface ModelFigures {
  /** The same model, measured. */
  observe(model: Model): Model
  /** Measures an answer that is relayed in the provider's own bytes. */
  relay(call: RelayedCall): RelayObserver
}

/** So many models have figures of their own; the rest share the name `other`. */
const maxModels = 100

/** Makes the figures in a registry, and in OpenTelemetry where it is on. */
export function createModelFigures(registry: Registry, telemetry: OpenTelemetry | undefined): ModelFigures {
  const relayed = new Counter({
    name: 'streamseal_chunks_relayed_total',
    help: "Events of answers that were relayed in the provider's own bytes",
    labelNames: ['provider'],
    registers: [registry],
  })
  const options = toOptions(registry, telemetry)
  const observe = observeCalls(options)
  return {
    observe: model => withTelemetry(model, options),
    relay(call) {
      const observer = createRelayObserver(observe, call)
      return {
        ...observer,
        end(seen) {
          relayed.inc({ provider: call.provider }, seen.chunks)
          observer.end(seen)
        },
      }
    },
  }
}

function toOptions(registry: Registry, telemetry: OpenTelemetry | undefined): TelemetryOptions {
  const known = knownModels(maxModels)
  const meters = [prometheusMeter(registry), telemetry?.meter].filter(meter => meter !== undefined)
  const addCost = countCosts(registry, telemetry)
  return {
    meter: boundedMeter(jointMeter(meters), known),
    onUsage: ({ provider, model, costUsd }: UsedTokens) => addCost(provider, known.label(model), costUsd),
    ...(telemetry?.tracer === undefined ? {} : { tracer: telemetry.tracer, parent: telemetry.parent }),
  }
}

type AddCost = (provider: string, model: string, costUsd: number | undefined) => void

function countCosts(registry: Registry, telemetry: OpenTelemetry | undefined): AddCost {
  const scraped = new Counter({
    name: 'streamseal_cost_usd_total',
    help: 'What answers cost by the price table, in US dollars; answers whose price is not known are not in it',
    labelNames: ['provider', 'model'],
    registers: [registry],
  })
  const sent = telemetry?.meter?.createCounter('streamseal.cost', { unit: '{USD}' })
  return (provider, model, costUsd) => {
    if (costUsd === undefined) return
    scraped.inc({ provider, model }, costUsd)
    sent?.add(costUsd, { 'gen_ai.provider.name': provider, 'gen_ai.response.model': model })
  }
}
