/** How certificates for development say that they are: anyone who shows their names shows it. */
import type { Certificate } from './certificate.ts'

/** The organization of every development certificate. */
export const DEVELOPMENT_ORGANIZATION = 'Streamseal DEVELOPMENT ONLY - not for production'

/** Whether a certificate, or who issued it, is for development only. */
export const isDevelopmentCertificate = ({ subject, issuer }: Certificate): boolean =>
  subject.organization === DEVELOPMENT_ORGANIZATION || issuer.organization === DEVELOPMENT_ORGANIZATION
