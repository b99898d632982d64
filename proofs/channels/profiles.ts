/** The three ways of sealing that are compared, and the answers sealed in each as a stream is. */
import {
  createSealer,
  createSigner,
  generateKeys,
  inspect,
  type Signer,
  type Trust,
  trustList,
} from '@streamseal/seal'
import type { Answer } from './answers.ts'

export type ProfileName = 'full, Ed25519' | 'full, HMAC' | 'light, Ed25519'

/** A way of sealing, with keys made for this run. */
export interface Profile {
  readonly name: ProfileName
  readonly signer: Signer
  readonly trust: Trust
  readonly profile: 'full' | 'light'
}

/** An answer with its marks, and the closing where it stands beside the text. */
export interface SealedAnswer {
  readonly answer: Answer
  readonly streamId: string
  readonly text: string
  readonly detached?: string
}

export async function makeProfiles(): Promise<Profile[]> {
  const { privateJwk, publicJwk } = await generateKeys('Ed25519')
  const { secretJwk } = await generateKeys('HMAC-SHA256')
  const issuer = 'https://issuer.example'
  const signer = await createSigner(privateJwk, { issuer })
  const trust = trustList(publicJwk)
  return [
    { name: 'full, Ed25519', signer, trust, profile: 'full' },
    {
      name: 'full, HMAC',
      signer: await createSigner(secretJwk, { issuer }),
      trust: trustList(secretJwk),
      profile: 'full',
    },
    { name: 'light, Ed25519', signer, trust, profile: 'light' },
  ]
}

/** The answers that bear a mark inside: of the others nothing but the detached closing is left, in any channel. */
export async function sealAll(answers: readonly Answer[], profile: Profile): Promise<SealedAnswer[]> {
  const sealed = await Promise.all(answers.map((answer, index) => sealOne(answer, index, profile)))
  return sealed.filter(({ text }) => inspect(text).marks.length > 0)
}

/** As a model's answer is sealed: a few characters at a time, without knowing what follows. */
async function sealOne(answer: Answer, index: number, { signer, profile }: Profile): Promise<SealedAnswer> {
  const streamId = (index + 1).toString(16).padStart(16, '0')
  const claims = { provider: 'openai', model: 'gpt-5-mini', verifyUrl: 'https://issuer.example/verify' }
  const sealer = createSealer({ signer, claims, profile, streamId })
  let text = ''
  for (let at = 0; at < answer.text.length; at += 4) text += sealer.feed(answer.text.slice(at, at + 4))
  const end = await sealer.finish()
  return { ...end, answer, streamId, text: text + end.text }
}
