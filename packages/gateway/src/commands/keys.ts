/** `streamseal keys`: which keys this machine signs with. */
import type { Command } from 'commander'
import { readConfig } from '../config/read-config.ts'
import { openKeyRing } from '../keys/key-ring.ts'
import { openDataDirectory } from '../store/data-directory.ts'

/** Adds the command. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the signing keys of the data directory')
  keys
    .command('list')
    .description('list them; the one that signs is marked with an asterisk')
    .option('--json', 'print the public key set (JWKS)')
    .action(listKeys)
}

async function listKeys({ json }: { json?: boolean }): Promise<void> {
  const { dataDirectory } = readConfig(process.env)
  openDataDirectory(dataDirectory)
  const { published, signer, path } = await openKeyRing(dataDirectory)
  if (json === true) {
    process.stdout.write(`${JSON.stringify(published, null, 2)}\n`)
    return
  }
  for (const { kid, crv } of published.keys) {
    process.stdout.write(`${kid === signer.keyId ? '*' : ' '} ${kid}  ${crv}\n`)
  }
  process.stdout.write(`kept in ${path}\n`)
}
