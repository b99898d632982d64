/** `streamseal c2pa certificate`: a chain for development, and only for that. */
import type { DevelopmentAlgorithm } from '@streamseal/c2pa'
import { writeDevelopmentChain } from '../c2pa/development-files.ts'
import { printJson, printLines } from './print.ts'
import { UsageError } from './usage-error.ts'

interface CertificateFlags {
  readonly allowDevelopment?: boolean
  readonly out: string
  readonly algorithm: DevelopmentAlgorithm
  readonly name?: string
  readonly days: string
  readonly json?: boolean
}

/** Makes the files, unless this is production or nobody said that development is meant. */
export async function certificateCommand(flags: CertificateFlags): Promise<void> {
  refuseOutsideDevelopment(flags)
  const files = await make(flags)
  if (flags.json) return printJson(files)
  printLines([
    'DEVELOPMENT ONLY - not for production: nobody trusts these but whoever is told to.',
    `key           ${files.keyPath}`,
    `certificates  ${files.certificatePath}`,
    `root          ${files.trustPath}`,
  ])
}

function refuseOutsideDevelopment({ allowDevelopment }: CertificateFlags): void {
  if (process.env.NODE_ENV === 'production')
    throw new UsageError('Cannot make certificates for development with NODE_ENV="production"')
  if (!allowDevelopment)
    throw new UsageError(
      'Cannot make certificates for development without --allow-development: no stranger will trust what they sign',
    )
}

async function make({
  out,
  algorithm,
  name,
  days,
}: CertificateFlags): ReturnType<typeof writeDevelopmentChain> {
  if (!/^[1-9]\d{0,3}$/.test(days))
    throw new UsageError(`Cannot take --days "${days}": expected a whole number from 1 to 9999`)
  try {
    return await writeDevelopmentChain(out, {
      algorithm,
      days: Number(days),
      ...(name !== undefined && { name }),
    })
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
