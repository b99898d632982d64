/** The command line `streamseal`; what `bin/streamseal.js` runs. */
import { Command, CommanderError } from 'commander'
import { addAsk } from './commands/ask.ts'
import { addBench } from './commands/bench.ts'
import { addC2pa } from './commands/c2pa.ts'
import { addChat } from './commands/chat.ts'
import { addDoctor } from './commands/doctor.ts'
import { addKeys } from './commands/keys.ts'
import { addServe } from './commands/serve.ts'
import { stopOnClosedOutput } from './commands/stop-on-closed-output.ts'
import { addTextCommands } from './commands/text-commands.ts'
import { UsageError } from './commands/usage-error.ts'
import { ConfigError } from './config/config-error.ts'
import { exitCodes } from './exit-codes.ts'
import { version } from './version.ts'

const program = new Command('streamseal')
  .description('Stream any LLM to any client, with provenance sealed into every answer.')
  .version(version)
  .exitOverride()
  .showHelpAfterError()
addServe(program)
addChat(program)
addAsk(program)
addTextCommands(program)
addC2pa(program)
addKeys(program)
addDoctor(program)
addBench(program)

stopOnClosedOutput()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Says what failed, to people, and gives the exit code. */
function report(error: unknown): number {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  process.stderr.write(`streamseal: ${error instanceof Error ? error.message : String(error)}\n`)
  const isUsage = error instanceof ConfigError || error instanceof UsageError
  return isUsage ? exitCodes.usage : exitCodes.failure
}
