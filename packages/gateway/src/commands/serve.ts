/** `streamseal serve`: runs the gateway until it is told to stop. */
import type { Command } from 'commander'
import { readConfig } from '../config/read-config.ts'
import type { Gateway } from '../start-gateway.ts'
import { startLines } from '../start-lines.ts'

interface ServeOptions {
  readonly port?: string
  readonly host?: string
}

/** Adds the command, which is also what runs without one. */
export function addServe(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('run the gateway and the web pages')
    .option('-p, --port <number>', 'listen on this port (PORT, default 8787)')
    .option('--host <address>', 'listen on this address (HOST, default 127.0.0.1)')
    .action(serve)
}

async function serve({ port, host }: ServeOptions): Promise<void> {
  const flags = {
    ...(port === undefined ? {} : { PORT: port }),
    ...(host === undefined ? {} : { HOST: host }),
  }
  const config = readConfig({ ...process.env, ...flags })
  // The server is loaded only where it runs: the other commands start in half the time.
  const { startGateway } = await import('../start-gateway.ts')
  const gateway = await startGateway(config)
  stopOnSignal(gateway)
  process.stdout.write(`${startLines(gateway, config).join('\n')}\n`)
}

/** The first signal drains; a second one ends at once. */
function stopOnSignal(gateway: Gateway): void {
  let isStopping = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(128 + (signal === 'SIGINT' ? 2 : 15))
    isStopping = true
    process.stderr.write(`${signal}: finishing running answers; once more to end at once\n`)
    gateway.stop().then(
      () => process.exit(0),
      error => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
