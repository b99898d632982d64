/** `streamseal verify`: who issued a text, and what was changed since. */
import { verify } from '@streamseal/seal'
import type { Command } from 'commander'
import { loadConfig } from '../config/load-config.ts'
import { findDetached } from '../sealing/find-detached.ts'
import { withStore } from '../store/with-store.ts'
import { inkFor } from './ink.ts'
import { printJson, printLines } from './print.ts'
import { readInput } from './read-input.ts'
import { readTrust } from './read-trust.ts'
import { exitCodeOf, reportLines } from './report-lines.ts'
import { addTextCommand, type TextFlags } from './text-command.ts'

interface VerifyFlags extends TextFlags {
  readonly detached?: string
  readonly keys?: string
}

/** Adds the command. */
export function addVerify(program: Command): void {
  addTextCommand(
    program,
    'verify',
    'say who issued a text, and show what was changed; exit code 0 intact or reformatted, 1 anything else, 3 unsealed',
    'print the report',
  )
    .option('--detached <closing>', 'the closing that was kept beside the text')
    .option('--keys <path-or-url>', "whose keys to trust; default: this machine's own")
    .action(verifyText)
}

async function verifyText(file: string | undefined, flags: VerifyFlags): Promise<void> {
  const config = loadConfig(process.env)
  const text = await readInput(file, flags.maxBytes)
  const detached = flags.detached ?? withStore(config, store => findDetached(text, store))
  const report = await verify(text, {
    trust: await readTrust(flags.keys, config),
    ...(detached !== undefined && { detached }),
  })
  // Before anything is written: a reader may close the pipe.
  process.exitCode = exitCodeOf(report)
  if (flags.json) printJson(report)
  else printLines(reportLines(report, inkFor(process.stdout, process.env)))
}
