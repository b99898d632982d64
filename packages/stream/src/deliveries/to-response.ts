/** Frames as the body of a Web `Response`, pulled as the reader reads. */
import type { FrameReader } from './frame-reader.ts'

/** The body; `onLeave` is called where the reader goes before the end, or is given up. */
export function toBody(frames: FrameReader, onLeave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      start(controller) {
        frames.onTooSlow = error => {
          controller.error(error)
          onLeave()
        }
      },
      async pull(controller) {
        try {
          const { done, value } = await frames.next()
          if (done) controller.close()
          else controller.enqueue(encoder.encode(value))
        } catch (error) {
          controller.error(error)
        }
      },
      cancel() {
        onLeave()
        void frames.return()
      },
    },
    { highWaterMark: 0 },
  )
}
