/** Verifies in a thread of its own, so that a long text never holds up the page. */
import { trustList, verify } from '@streamseal/seal'
import type { VerifyJob } from './verify-apart.ts'

// The page's own type of `self`; a worker's `postMessage` takes the message alone.
const page = self as unknown as { postMessage(message: unknown): void }

addEventListener('message', async (event: MessageEvent<VerifyJob>) => {
  const { text, keys, detached } = event.data
  const trust = trustList({ keys })
  page.postMessage(await verify(text, { trust, ...(detached === undefined ? {} : { detached }) }))
})
