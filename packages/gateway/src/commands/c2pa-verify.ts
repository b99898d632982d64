/** `streamseal c2pa verify`. */
import { type C2paReport, reportTree, type VerifyTextOptions, verifyText } from '@streamseal/c2pa'
import { loadConfig } from '../config/load-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CarrierFlag } from './c2pa-carriers.ts'
import { anchorsOf, readManifestFile, toTextCarrier, withManifests } from './c2pa-files.ts'
import { visible } from './ink.ts'
import { printJson, printLines } from './print.ts'
import { readInput } from './read-input.ts'
import type { TextFlags } from './text-command.ts'
import { UsageError } from './usage-error.ts'

interface VerifyFlags extends TextFlags {
  readonly trust?: string
  readonly trustTimestamps?: string
  readonly carrier: CarrierFlag
  readonly manifest?: string
  readonly allowDevelopment?: boolean
}

/** Verifies the text of `file`, or of standard input. */
export async function verifyCommand(file: string | undefined, flags: VerifyFlags): Promise<void> {
  const options = await verifyOptions(flags)
  const text = await readInput(file, flags.maxBytes)
  const report =
    flags.carrier === 'stored' && flags.manifest === undefined
      ? await withManifests(store => verifyText(text, { ...options, store }))
      : await verifyText(text, options)
  // Before anything is written: a reader may close the pipe.
  process.exitCode = exitCodeOf(report)
  if (flags.json) printJson(report)
  else printLines(reportTree(report).split('\n').map(visible))
}

async function verifyOptions(flags: VerifyFlags): Promise<VerifyTextOptions> {
  const { c2pa } = loadConfig(process.env)
  const trustPath = flags.trust ?? c2pa.trustPath
  const timestampPath = flags.trustTimestamps ?? c2pa.timestampTrustPath
  if (flags.trustTimestamps !== undefined && trustPath === undefined)
    throw new UsageError('Cannot use --trust-timestamps without --trust: nobody would be trusted')
  const trust =
    trustPath &&
    (await anchorsOf(trustPath, {
      allowDevelopment: flags.allowDevelopment ?? c2pa.allowDevelopment,
      ...(timestampPath !== undefined && { timestampPath }),
    }))
  return {
    carrier: toTextCarrier(flags.carrier),
    ...(trust && { trust }),
    ...(flags.manifest !== undefined && { manifest: await readManifestFile(flags.manifest) }),
  }
}

/** Only who is trusted is vouched for. */
function exitCodeOf({ state }: C2paReport): number {
  if (state === 'unmarked') return exitCodes.unsealed
  return state === 'trusted' ? exitCodes.ok : exitCodes.notIntact
}
