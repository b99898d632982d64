/** `streamseal c2pa sign`. */
import { writeFile } from 'node:fs/promises'
import {
  C2paError,
  type Comment,
  type SignedText,
  type SignOptions,
  signHtml,
  signStructuredText,
  signText,
} from '@streamseal/c2pa'
import { type FallibleSigning, withFallibleTimestamps } from '../c2pa/fallible-timestamps.ts'
import { timestampAuthority } from '../c2pa/timestamp-authority.ts'
import { loadConfig } from '../config/load-config.ts'
import type { C2paConfig } from '../config/read-c2pa.ts'
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
  const { model, provider, title, sourceType } = flags
  const authority = authorityOf(flags, c2pa)
  return {
    signer: await signerOf({
      keyPath,
      certificatePath,
      allowDevelopment: flags.allowDevelopment ?? c2pa.allowDevelopment,
      ...(authority && { timestamp: timestampAuthority(authority, timestampTimeoutMs) }),
    }),
    claims: {
      ...(model !== undefined && { model }),
      ...(provider !== undefined && { provider }),
      ...(title !== undefined && { title }),
      ...(sourceType !== undefined && { digitalSourceType: sourceType }),
    },
  }
}

/** Whoever types this waits for it. */
const timestampTimeoutMs = 5000

/** The address that was typed may be any; that of the configuration is what it is in the gateway. */
function authorityOf({ timestamp }: SignFlags, { timestamps }: C2paConfig): C2paConfig['timestamps'] {
  if (timestamp === undefined) return timestamps
  if (URL.canParse(timestamp)) return { url: timestamp, allowPrivate: true }
  throw new UsageError(`Cannot take --timestamp "${timestamp}": expected a URL`)
}

/** Without a time-stamp where none was asked for on the command line and the configured authority fails. */
async function sign(text: string, flags: SignFlags, options: SignOptions): Promise<SignedText> {
  const onError = ({ message }: C2paError): void =>
    void process.stderr.write(`${message}: the text is signed without one\n`)
  const isAsked = flags.timestamp !== undefined
  const signWith: FallibleSigning = isAsked
    ? use => use(options.signer)
    : withFallibleTimestamps(options.signer, { onError })
  try {
    return await signWith(signer => signAs(text, flags, { ...options, signer }))
  } catch (error) {
    if (error instanceof C2paError && error.code === 'INVALID_CLAIMS')
      throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function signAs(text: string, flags: SignFlags, options: SignOptions): Promise<SignedText> {
  switch (flags.carrier) {
    case 'embedded':
      return signText(text, options)
    case 'stored':
      return signText(text, { ...options, carrier: 'stored' })
    case 'structured':
      return signStructuredText(text, { ...options, comment: flags.comment })
    case 'html':
      return signHtml(text, options)
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
