/** `streamseal serve`: runs the gateway until it is told to stop. */
import { type Command, Option as Flag } from 'commander'
import { loadConfig } from '../config/load-config.ts'
import { flagOf, type Option, options } from '../config/options.ts'
import type { Gateway } from '../start-gateway.ts'
import { startLines } from '../start-lines.ts'

/** Flags as commander gives them, by their names in camel case. */
type Flags = Readonly<Record<string, string | undefined>>

/** Adds the command, which is also what runs without one. */
export function addServe(program: Command): void {
  const command = program
    .command('serve', { isDefault: true })
    .description('run the gateway and the web pages')
    .option('-c, --config <path>', 'the configuration file, JSON (STREAMSEAL_CONFIG)')
    .addHelpText('after', secretsHelp())
  for (const option of options) {
    const flag = toFlag(option)
    if (flag !== undefined) command.addOption(flag)
  }
  command.action(serve)
}

function toFlag(option: Option): Flag | undefined {
  const name = flagOf(option)
  if (name === undefined) return undefined
  const short = name === 'port' ? '-p, ' : ''
  const meaning = option.meaning.replaceAll('`', '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return new Flag(
    `${short}--${name} <value>`,
    `${meaning} (${option.variable}, default: ${option.fallback.replaceAll('`', '')})`,
  )
}

function secretsHelp(): string {
  const secrets = options.filter(option => flagOf(option) === undefined)
  const lines = secrets.map(
    ({ variable, meaning }) => `  ${variable.padEnd(22)} ${meaning.replaceAll('`', '')}`,
  )
  return `\nSecrets come from the environment or the file, because anyone can see a program's flags:\n${lines.join('\n')}\n\nA flag goes before the environment, that before the file.`
}

/** The flags as the variables that they stand for. */
function toVariables(flags: Flags): Record<string, string> {
  return Object.fromEntries(
    options.flatMap(option => {
      const name = flagOf(option)?.replace(/-./g, part => part[1]?.toUpperCase() ?? '')
      const value = name === undefined ? undefined : flags[name]
      return value === undefined ? [] : [[option.variable, value]]
    }),
  )
}

async function serve({ config: file, ...flags }: Flags): Promise<void> {
  const config = loadConfig(process.env, {
    flags: toVariables(flags),
    ...(file === undefined ? {} : { file }),
  })
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
