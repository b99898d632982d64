/** `streamseal keys`: the keys that this machine signs with: list, rotate, revoke, export. */
import type { Command } from 'commander'
import { loadConfig } from '../config/load-config.ts'
import {
  exportKeys,
  type KeyChange,
  type ListedKey,
  listKeys,
  revokeKey,
  rotateKeys,
} from '../keys/change-keys.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { printJson, printLines } from './print.ts'
import { UsageError } from './usage-error.ts'

interface JsonFlag {
  readonly json?: boolean
}

/** Adds the command. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the signing keys of the data directory')
  keys
    .command('list')
    .description('list them, newest first; the one that signs is marked with an asterisk')
    .option('--json', 'print ids and states')
    .action(list)
  keys
    .command('rotate')
    .description(
      'sign with a new key from now on; the old ones go on verifying, and their private halves are deleted',
    )
    .option('--json', 'print what was done')
    .action(rotate)
  keys
    .command('revoke')
    .description('take a key out of use, for what it signed before as well')
    .argument('<key>', 'its id, or the beginning of it')
    .option('--json', 'print what was done')
    .action(revoke)
  keys
    .command('export')
    .description('print the public key set (JWKS), for /.well-known/jwks.json or "verify --keys"')
    .action(() => printJson(exportKeys(dataDirectory())))
}

function dataDirectory(): string {
  return loadConfig(process.env).dataDirectory
}

function list({ json }: JsonFlag): void {
  const keys = listKeys(dataDirectory())
  if (json) printJson(keys)
  else printKeys(keys)
}

function printKeys(keys: readonly ListedKey[]): void {
  if (keys.length === 0)
    process.stderr.write('No keys yet: the first use makes one, or "streamseal keys rotate".\n')
  printLines(
    keys.map(({ keyId, algorithm, state, madeAt, revokedAt }) =>
      [
        `${state === 'signs' ? '*' : ' '} ${keyId}`,
        algorithm,
        state.padEnd(8),
        madeAt ?? '',
        revokedAt && `revoked ${revokedAt}`,
      ]
        .filter(part => part !== undefined)
        .join('  ')
        .trimEnd(),
    ),
  )
}

async function rotate({ json }: JsonFlag): Promise<void> {
  const directory = dataDirectory()
  openDataDirectory(directory)
  tell(await rotateKeys(directory), 'still verifies', json)
}

async function revoke(key: string, { json }: JsonFlag): Promise<void> {
  try {
    tell(await revokeKey(dataDirectory(), key), 'is revoked', json)
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function tell(change: KeyChange, retired: string, json: boolean | undefined): void {
  if (json) printJson(change)
  else
    printLines([`* ${change.signing}  signs from now on`, ...change.retired.map(id => `  ${id}  ${retired}`)])
  process.stderr.write('A running gateway reads its keys when it starts: restart it.\n')
}
