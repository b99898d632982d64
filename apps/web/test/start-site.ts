/** The pages as users get them: built, and served by a real gateway with the built-in model. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Environment, readConfig, startGateway } from 'streamseal'
import { build } from 'vite'

const webFolder = fileURLToPath(new URL('..', import.meta.url))

/** A gateway with its pages. */
export interface Site {
  /** Its address by name, such as `http://localhost:40123`. */
  url: string
  stop(): Promise<void>
}

/** Builds the pages into a folder of their own. */
export async function buildPages(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-pages-'))
  await build({
    configFile: join(webFolder, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, reportCompressedSize: false },
  })
  return folder
}

/** Starts a gateway on a free port with data of its own; `env` adds to its environment. */
export async function startSite(pages: string, env: Environment = {}): Promise<Site> {
  const data = mkdtempSync(join(tmpdir(), 'streamseal-data-'))
  const gateway = await startGateway(
    readConfig({
      PORT: '0',
      STREAMSEAL_DATA_DIR: data,
      STREAMSEAL_ISSUER: 'Example Press',
      // Nothing listens there: the built-in model is the only one.
      OLLAMA_HOST: 'http://127.0.0.1:9',
      ...env,
    }),
    { pages },
  )
  return {
    url: gateway.url.replace('//127.0.0.1', '//localhost'),
    async stop() {
      await gateway.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
