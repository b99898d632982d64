/** What every route is given: one object, made once at start. */
import type { Runs } from '@streamseal/stream/runs'
import type { Webhooks } from '@streamseal/stream/webhooks'
import type { FastifyBaseLogger } from 'fastify'
import type { C2pa } from './c2pa/open-c2pa.ts'
import type { Config } from './config/read-config.ts'
import type { LiveStreams } from './http/live-streams.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { ModelTable } from './models/model-table.ts'
import type { Metrics } from './routes/metrics.ts'
import type { Sealing } from './sealing/sealing.ts'
import type { AnswerStore } from './store/answer-store.ts'

/** The parts of a running gateway. */
export interface GatewayContext {
  readonly config: Config
  readonly keys: KeyRing
  readonly store: AnswerStore
  readonly models: ModelTable
  readonly sealing: Sealing
  readonly c2pa: C2pa
  readonly streams: LiveStreams
  readonly metrics: Metrics
  /** Runs that can be read again. */
  readonly runs: Runs
  /** Who is told of runs; `undefined` where there is no API key, since receivers get answers. */
  readonly webhooks: Webhooks | undefined
  /** Set once the gateway stops: new requests are refused. */
  readonly isDraining: boolean
  readonly log: FastifyBaseLogger
}
