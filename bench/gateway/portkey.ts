/** `@portkey-ai/gateway`, the gateway on npm that is measured beside ours: installed where it can be had, and never a dependency. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { chatRequest, type Server } from './servers.ts'

const version = '1.15.2'

// With a newer adapter it answers every stream with 500 (Portkey-AI/gateway#1389).
const manifest = {
  private: true,
  dependencies: { '@portkey-ai/gateway': version },
  overrides: { '@hono/node-server': '1.13.5' },
}

/** Installs it into `folder`, once; `undefined` where it cannot be had. */
export function findPortkey(folder: string): Server | undefined {
  const program = `${folder}/node_modules/@portkey-ai/gateway/build/start-server.js`
  if (!existsSync(program) && !isInstalled(folder)) return undefined
  return {
    name: `@portkey-ai/gateway ${version}`,
    program: port => ({
      args: [program, '--headless', `--port=${port}`],
      env: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    }),
    ask: (port, model, upstreamPort) =>
      chatRequest(port, model, {
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
      }),
  }
}

function isInstalled(folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest))
  try {
    const options = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', ['install', ...options], { stdio: 'ignore', timeout: 120_000 })
    return true
  } catch {
    return false
  }
}
