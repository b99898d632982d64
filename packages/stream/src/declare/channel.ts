/** A bounded queue between one writer and one reader: the writer waits while it is full, and a reader that leaves is noticed. */

/** One end for each side. */
export interface Channel<Item> {
  /** Resolves when there is room for more, or at once where nobody will read. */
  push(item: Item): Promise<void>
  /** Nothing more comes; with an error, the reader gets it after what was pushed. */
  close(error?: unknown): void
  /** The writer waits no longer: little more comes, and whoever reads is given it. */
  hurry(): void
  /** Nobody will read: what is pushed is dropped, and the writer waits no longer. */
  drain(): void
  /** Reads once; `onLeave` is called where the reader leaves before the end. */
  read(onLeave: () => void): AsyncGenerator<Item, undefined>
}

/** A channel for `capacity` items. */
export function createChannel<Item>(capacity: number): Channel<Item> {
  const items: Item[] = []
  let ended: { error?: unknown } | undefined
  let isDrained = false
  let isHurried = false
  let wakeReader: () => void = () => undefined
  let wakeWriter: () => void = () => undefined
  const hurry = (): void => {
    isHurried = true
    wakeWriter()
  }
  const drain = (): void => {
    isDrained = true
    items.length = 0
    wakeWriter()
  }
  return {
    async push(item) {
      if (isDrained) return
      items.push(item)
      wakeReader()
      if (items.length < capacity || isHurried) return
      await new Promise<void>(resolve => {
        wakeWriter = resolve
      })
    },
    close(error) {
      ended ??= error === undefined ? {} : { error }
      wakeReader()
    },
    hurry,
    drain,
    async *read(onLeave: () => void): AsyncGenerator<Item, undefined> {
      let isWhole = false
      try {
        for (;;) {
          while (items.length > 0) {
            const item = items.shift() as Item
            wakeWriter()
            yield item as Awaited<Item>
          }
          if (ended !== undefined) break
          await new Promise<void>(resolve => {
            wakeReader = resolve
          })
        }
        isWhole = true
        if (ended.error !== undefined) throw ended.error
      } finally {
        if (!isWhole) {
          drain()
          onLeave()
        }
      }
    },
  }
}
