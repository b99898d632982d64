/** Opens where runs are kept: Redis where `REDIS_URL` is set, so that every gateway reads every run, else an SQLite file in the data directory. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { createRuns, type RunStore, type Runs } from '@streamseal/stream/runs'
import { openSqliteRunStore } from '@streamseal/stream/runs/sqlite'
import { ConfigError } from '../config/config-error.ts'
import type { Config } from '../config/read-config.ts'
import { withoutPassword } from '../config/read-redis-url.ts'

/** The file in the data directory. It holds answers, and only its owner may read it. */
const fileName = 'runs.db'

/** Opens the runs of this gateway; rejects with a `ConfigError` that names `REDIS_URL` or the data directory. */
export async function openRuns(config: Config): Promise<Runs> {
  const { maxStreams: maxRunning, runLeaseMs: leaseMs } = config
  return createRuns({ store: await openRunStore(config), maxRunning, leaseMs })
}

async function openRunStore({
  redisUrl,
  dataDirectory,
  keepRunsMs: maxAgeMs,
  maxRuns,
}: Config): Promise<RunStore> {
  const retention = { maxAgeMs, maxRuns }
  if (redisUrl !== undefined) return openRedis(redisUrl, retention)
  const path = join(dataDirectory, fileName)
  try {
    const store = openSqliteRunStore({ path, ...retention })
    chmodSync(path, 0o600)
    return store
  } catch (cause) {
    throw new ConfigError('STREAMSEAL_DATA_DIR', `Cannot use "${path}": ${messageOf(cause)}`)
  }
}

async function openRedis(
  url: string,
  retention: { readonly maxAgeMs: number; readonly maxRuns: number },
): Promise<RunStore> {
  // Its client is loaded only where it is used.
  const { openRedisRunStore } = await import('@streamseal/stream/runs/redis')
  try {
    return await openRedisRunStore({ url, ...retention })
  } catch (cause) {
    throw new ConfigError('REDIS_URL', `Cannot use REDIS_URL="${withoutPassword(url)}": ${messageOf(cause)}`)
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
