/** A gateway for one test: its own data, a free port, no provider but the one given. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../src/config/read-config.ts'
import { type Gateway, startGateway } from '../src/start-gateway.ts'

/** A running gateway and what a test needs of it. */
export interface TestGateway extends Gateway {
  readonly dataDirectory: string
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

/** Starts one with these variables. */
export async function startTestGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'streamseal-gateway-'))
  const gateway = await startGateway(
    readConfig({
      PORT: '0',
      STREAMSEAL_DATA_DIR: dataDirectory,
      STREAMSEAL_SHUTDOWN_GRACE_MS: '200',
      STREAMSEAL_LOG_LEVEL: 'silent',
      STREAMSEAL_DEMO_TOKENS_PER_SECOND: '1000000',
      // Nothing listens there: a developer's own Ollama must not answer tests.
      OLLAMA_HOST: 'http://127.0.0.1:9',
      ...env,
    }),
  )
  return {
    ...gateway,
    dataDirectory,
    async remove() {
      await gateway.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}
