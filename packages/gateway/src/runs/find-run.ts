/** A run that is kept, or an error that says it is not. */
import type { KeptRun } from '@streamseal/stream/runs'
import type { GatewayContext } from '../gateway-context.ts'
import { GatewayError } from '../http/gateway-error.ts'

/** Finds it; rejects with `RUN_NOT_FOUND`, or `STORE_UNAVAILABLE`. */
export async function findRun({ runs }: Pick<GatewayContext, 'runs'>, id: string): Promise<KeptRun> {
  const run = await runs.open(id)
  if (run !== undefined) return run
  throw new GatewayError(`Cannot find the run "${id.slice(0, 40)}": it is not kept, or not any more`, {
    code: 'RUN_NOT_FOUND',
  })
}
