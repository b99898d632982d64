/** `streamseal c2pa sign`. */
import { writeFile } from 'node:fs/promises'
import {
  C2paError,
  type Comment,
  httpTimestampAuthority,
  type SignedText,
  type SignOptions,
  signHtml,
  signStructuredText,
  signText,
} from '@streamseal/c2pa'
import { loadConfig } from '../config/load-config.ts'
import type { CarrierFlag } from './c2pa-carriers.ts'
import { signerOf, withManifests } from './c2pa-files.ts'
import { printJson } from './print.ts'
import { readInput } from './read-input.ts'
import type { TextFlags } from './text-command.ts'
import { UsageError } from './usage-error.ts'

interface SignFlags extends TextFlags {
  readonly key?: string
  readonly cert?: string
  readonly carrier: CarrierFlag
  readonly comment: Comment
  readonly manifest?: string
  readonly model?: string
  readonly provider?: string
  readonly title?: string
  readonly sourceType?: string
  readonly timestamp?: string
  readonly allowDevelopment?: boolean
}

/** Signs the text of `file`, or of standard input. */
export async function signCommand(file: string | undefined, flags: SignFlags): Promise<void> {
  if (flags.manifest !== undefined && flags.carrier !== 'stored')
    throw new UsageError(`Cannot write --manifest with --carrier "${flags.carrier}": the text carries it`)
  const options = await signOptions(flags)
  const signed = await sign(await readInput(file, flags.maxBytes), flags, options)
  if (flags.carrier === 'stored') await keep(signed, flags.manifest)
  if (flags.json) printJson(toJson(signed))
  else process.stdout.write(signed.text)
}

async function signOptions(flags: SignFlags): Promise<SignOptions> {
  const { c2pa } = loadConfig(process.env)
  const keyPath = flags.key ?? c2pa.signer?.keyPath
  const certificatePath = flags.cert ?? c2pa.signer?.certificatePath
  if (keyPath === undefined || certificatePath === undefined)
    throw new UsageError(
      'Cannot sign without --key and --cert; "streamseal c2pa certificate" makes some to try',
    )
  const { model, provider, title, sourceType, timestamp } = flags
  return {
    signer: await signerOf({
      keyPath,
      certificatePath,
      allowDevelopment: flags.allowDevelopment ?? c2pa.allowDevelopment,
      ...(timestamp !== undefined && { timestamp: httpTimestampAuthority(timestamp) }),
    }),
    claims: {
      ...(model !== undefined && { model }),
      ...(provider !== undefined && { provider }),
      ...(title !== undefined && { title }),
      ...(sourceType !== undefined && { digitalSourceType: sourceType }),
    },
  }
}

async function sign(text: string, flags: SignFlags, options: SignOptions): Promise<SignedText> {
  try {
    switch (flags.carrier) {
      case 'embedded':
        return await signText(text, options)
      case 'stored':
        return await signText(text, { ...options, carrier: 'stored' })
      case 'structured':
        return await signStructuredText(text, { ...options, comment: flags.comment })
      case 'html':
        return await signHtml(text, options)
    }
  } catch (error) {
    if (error instanceof C2paError && error.code === 'INVALID_CLAIMS')
      throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** Beside the text: in the file that was named, or where this machine finds it again by the text. */
async function keep({ manifest, record }: SignedText, path: string | undefined): Promise<void> {
  if (path !== undefined) return writeFile(path, manifest)
  await withManifests(store => store.put(record))
  process.stderr.write(`manifest: ${record.id}, kept in the data directory\n`)
}

function toJson({ text, manifest, record }: SignedText): Record<string, unknown> {
  return {
    text,
    id: record.id,
    manifestBytes: manifest.length,
    manifest: Buffer.from(manifest).toString('base64'),
  }
}
