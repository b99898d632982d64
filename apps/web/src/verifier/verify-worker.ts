/** Verifies in a thread of its own, so that a long text never holds up the page. */
import { trustList, verify } from '@streamseal/seal'
import type { VerifyJob, VerifyOutcome } from './verify-apart.ts'

// The compiler knows a page's `self`; a worker's `postMessage` takes the message alone.
const page = self as unknown as { postMessage(outcome: VerifyOutcome): void }

addEventListener('message', async (event: MessageEvent<VerifyJob>) =>
  page.postMessage(await outcomeOf(event.data)),
)

async function outcomeOf({ text, keys, detached }: VerifyJob): Promise<VerifyOutcome> {
  try {
    const trust = trustList({ keys })
    return { report: await verify(text, { trust, ...(detached === undefined ? {} : { detached }) }) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}
