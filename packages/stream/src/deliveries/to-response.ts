/** Strings as the body of a Web `Response`, pulled as the reader reads. */

/** The body; `onLeave` is called where the reader goes before the end. */
export function toBody(
  strings: AsyncGenerator<string, undefined>,
  onLeave: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await strings.next()
          if (done) controller.close()
          else controller.enqueue(encoder.encode(value))
        } catch (error) {
          controller.error(error)
        }
      },
      cancel() {
        onLeave()
        // A generator that waits for the next part returns when it comes.
        strings.return(undefined).catch(() => undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
