/** `streamseal doctor`: whether the gateway can work here, and what to do where it cannot. */
import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { loadConfig } from '../config/load-config.ts'
import { checkPublicUrl } from '../doctor/check-public-url.ts'
import { checkAccess, checkPort, checkRedis, checkStores } from '../doctor/check-stores.ts'
import { checkClock, checkUpstreams } from '../doctor/check-upstreams.ts'
import { type Finding, type FindingState, failed, ok } from '../doctor/finding.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Ink, inkFor, visible } from './ink.ts'
import { printJson, printLines } from './print.ts'

interface DoctorFlags {
  readonly config?: string
  readonly url?: string
  readonly ask?: boolean
  readonly json?: boolean
}

/** Adds the command. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'look whether the gateway can work here: settings, stores, keys, port, Redis, providers, clock, and what is between here and its public URL; exit code 1 where something fails',
    )
    .option('-c, --config <path>', 'the configuration file (STREAMSEAL_CONFIG)')
    .option('--url <url>', 'look at the gateway at this address (STREAMSEAL_PUBLIC_URL)')
    .option('--ask', 'ask the default model for one short answer, which its provider bills')
    .option('--json', 'print { ok, findings: [{ name, state, message, hint? }] }')
    .action(doctor)
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const findings = await examine(flags)
  const isOk = findings.every(({ state }) => state !== 'failed')
  process.exitCode = isOk ? exitCodes.ok : exitCodes.notIntact
  if (flags.json) printJson({ ok: isOk, findings })
  else printLines(findings.flatMap(finding => toLines(finding, inkFor(process.stdout, process.env))))
}

async function examine({ config: file, url, ask = false }: DoctorFlags): Promise<Finding[]> {
  try {
    const config = loadConfig(process.env, file === undefined ? {} : { file })
    const parts = await Promise.all([
      checkStores(config),
      checkAccess(config),
      checkPort(config),
      checkRedis(config),
      checkUpstreams(config, { ask }),
      checkClock(config),
      checkPublicUrl(config, url),
    ])
    return [ok('configuration', 'can be used'), ...parts.flat()]
  } catch (error) {
    if (error instanceof ConfigError) return [failed('configuration', error.message)]
    throw error
  }
}

const signs: Readonly<Record<FindingState, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' }

function toLines({ name, state, message, hint }: Finding, ink: Ink): string[] {
  const paint = { ok: ink.good, warning: ink.unsure, failed: ink.bad, skipped: ink.faint }[state]
  const line = `${paint(signs[state])} ${name.padEnd(16)} ${visible(message)}`
  return hint === undefined ? [line] : [line, `${' '.repeat(19)}${ink.faint(hint)}`]
}
