/** Builds a proof that starts whole gateways from source, and runs it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Inside the gateway's package, so that what it stands on is found.
const folder = fileURLToPath(new URL('../../packages/gateway/.cache/', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Ours from source, everyone else's as it is installed; returns the program. */
export async function buildGatewayProof(name: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const program = `${folder}${name}-test-${process.pid}.mjs`
  await build({
    entryPoints: [`${root}/proofs/${name}.proof.ts`],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@streamseal/source'],
    logLevel: 'error',
    plugins: [
      {
        name: 'others-are-external',
        setup({ onResolve }) {
          onResolve({ filter: /^[^./#]/ }, ({ path, kind }) =>
            kind === 'entry-point' || /^(streamseal$|@streamseal\/)/.test(path)
              ? undefined
              : { external: true },
          )
        },
      },
    ],
  })
  return program
}

/** Runs the program to its end. */
export function runProof(program: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 170_000,
  })
  return { status, output: stdout + stderr }
}
