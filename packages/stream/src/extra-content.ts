/** Where Google's imitation of OpenAI's chat completions has a call's signature, and wants it back. */
import type { ProviderSignature } from './contract.ts'

/** Beside a tool call's `id` and `function`. */
export interface ExtraContent {
  google?: { thought_signature?: string | null } | null
}

/** The signature that is said beside a call. */
export function fromExtraContent(extra: ExtraContent | null | undefined): ProviderSignature | undefined {
  const value = extra?.google?.thought_signature
  return typeof value === 'string' ? { provider: 'google', value } : undefined
}

/** What goes beside a call; nothing for what another provider has signed. */
export function toExtraContent(signature: ProviderSignature | undefined): { extra_content?: ExtraContent } {
  if (signature?.provider !== 'google') return {}
  return { extra_content: { google: { thought_signature: signature.value } } }
}
