/** Verifies in a thread of its own, so that a long text never holds up the page. */
import { type Report, trustList, verify } from '@streamseal/seal'
import type { C2paSays } from './c2pa-words.ts'
import type { VerifyJob, VerifyOutcome } from './verify-apart.ts'

// The compiler knows a page's `self`; a worker's `postMessage` takes the message alone.
const page = self as unknown as { postMessage(outcome: VerifyOutcome): void }

addEventListener('message', async (event: MessageEvent<VerifyJob>) =>
  page.postMessage(await outcomeOf(event.data)),
)

async function outcomeOf({ text, keys, authorities, detached }: VerifyJob): Promise<VerifyOutcome> {
  try {
    const trust = trustList({ keys })
    const report = await verify(text, { trust, ...(detached === undefined ? {} : { detached }) })
    const c2pa = await c2paIn(text, report, authorities)
    return { report, ...(c2pa === undefined ? {} : { c2pa }) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

/** The library is loaded with the first text that carries a manifest; where it cannot be, the reader may still ask the gateway. */
async function c2paIn(text: string, { foreign }: Report, authorities: string): Promise<C2paSays | undefined> {
  if (!foreign.some(({ kind }) => kind === 'c2pa')) return undefined
  try {
    const { trustAnchors, verifyText } = await import('@streamseal/c2pa')
    // The reader was told which of them are for development.
    const trust = authorities === '' ? undefined : trustAnchors(authorities, { allowDevelopment: true })
    const { text: _clean, ...says } = await verifyText(text, trust && { trust })
    return says
  } catch {
    return undefined
  }
}
