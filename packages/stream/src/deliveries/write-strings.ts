/** Strings to a bare Node response, no faster than its reader reads. */
import type { ServerResponse } from 'node:http'

/** Writes until the strings end or the reader leaves; says which. Errors of the source are thrown. */
export async function writeStrings(
  strings: AsyncGenerator<string, undefined>,
  response: ServerResponse,
  onLeave: () => void,
): Promise<'ended' | 'left'> {
  let left = response.destroyed
  let wakeOnClose: (() => void) | undefined
  let wakeOnDrain: (() => void) | undefined
  const onClose = (): void => {
    left = true
    onLeave()
    wakeOnClose?.()
    wakeOnDrain?.()
  }
  const onDrain = (): void => wakeOnDrain?.()
  response.on('close', onClose)
  response.on('drain', onDrain)
  try {
    while (!left) {
      const next = strings.next()
      const result = await new Promise<IteratorResult<string> | undefined>((resolve, reject) => {
        wakeOnClose = () => resolve(undefined)
        next.then(resolve, reject)
      })
      if (result === undefined) break
      if (result.done) return 'ended'
      if (response.write(result.value)) continue
      await new Promise<void>(resolve => {
        wakeOnDrain = resolve
        if (left) resolve()
      })
    }
    return 'left'
  } finally {
    response.off('close', onClose)
    response.off('drain', onDrain)
    strings.return(undefined).catch(() => undefined)
  }
}
