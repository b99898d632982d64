/** `streamseal c2pa inspect`. */
import { type C2paInspection, inspectionTree, inspectText } from '@streamseal/c2pa'
import { exitCodes } from '../exit-codes.ts'
import type { CarrierFlag } from './c2pa-carriers.ts'
import { readManifestFile, toTextCarrier } from './c2pa-files.ts'
import { visible } from './ink.ts'
import { printJson, printLines } from './print.ts'
import { readInput } from './read-input.ts'
import type { TextFlags } from './text-command.ts'

interface InspectFlags extends TextFlags {
  readonly carrier: CarrierFlag
  readonly manifest?: string
}

/** Shows what the manifest says of the text of `file`, or of standard input, or the manifest that was named. */
export async function inspectCommand(file: string | undefined, flags: InspectFlags): Promise<void> {
  const found = await inspect(file, flags)
  if (found === undefined) process.exitCode = exitCodes.notIntact
  if (flags.json) printJson(found ?? {})
  else if (found === undefined) printLines(['no C2PA manifest found'])
  else printLines(inspectionTree(found).split('\n').map(visible))
}

async function inspect(
  file: string | undefined,
  { manifest, carrier, maxBytes }: InspectFlags,
): Promise<C2paInspection | undefined> {
  if (manifest !== undefined) return inspectText('', { manifest: await readManifestFile(manifest) })
  return inspectText(await readInput(file, maxBytes), { carrier: toTextCarrier(carrier) })
}
