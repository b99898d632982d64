/**
 * Seals a stream of Anthropic's Messages API by editing the provider's own events: only `text_delta`s change, and only where a
 * mark goes in; thinking, tools, citations and what is yet to come pass as they came.
 *
 * One seal covers all text blocks. Its closing belongs into the last one, so that a text block's `content_block_stop` is held
 * until the next event tells: another text goes on with the seal; a tool that the client is to run, or the end of the message,
 * ends it. Blocks never overlap, because clients read a block at its stop as the newest one. Where a tool of the provider's own
 * comes last, the closing stands beside the text. A message is whole with its `message_stop` alone, so that what says before
 * it why the model stopped is held as well.
 */
import type { Ending } from '@streamseal/seal'
import { endingOf } from '../sealing/endings.ts'
import { anthropicErrorEvent } from './anthropic-error.ts'
import { toBytes } from './byte-string.ts'
import { ProviderStreamError } from './chat-chunk.ts'
import { withData } from './event-splitter.ts'
import { addMember, type Edit, locateJson } from './locate-json.ts'
import { isRecord, type NamedEvent, namedEvent, readNamedEvent, withEdits } from './named-event.ts'
import { PumpedEditor } from './pumped-editor.ts'

type Fields = Readonly<Record<string, unknown>>

/** The text block that may still be the last. */
interface LastText {
  readonly index: number
  /** Its stop, while it is held. */
  stop?: string
}

/** Edits one stream. */
export class MessageStreamEditor extends PumpedEditor {
  #text: LastText | undefined
  /** Set once the seal is being closed: text behind that passes as it is. */
  #isClosed = false
  /** Why the model stopped, and the event that said so, until the message is whole. */
  #reason: string | undefined
  #heldReason = ''

  async close(ending: 'aborted' | 'failed'): Promise<string> {
    const before = await this.pump.settle()
    // Whoever stopped the stream has gone, and gets nothing more.
    if (!this.#isClosed) await this.#sign(ending, ending === 'aborted' || this.#text === undefined)
    return before + this.#lastWords()
  }

  errorEvents(error: unknown): string {
    return anthropicErrorEvent(error, this.field())
  }

  protected take(bytes: string): string {
    const event = readNamedEvent(bytes)
    if (event === undefined) return bytes
    const { type, value } = event
    this.#notice(type, value)
    switch (type) {
      case 'content_block_start':
        return this.#start(event)
      case 'content_block_delta':
        return this.#delta(event)
      case 'content_block_stop':
        return this.#stop(event)
      case 'message_delta':
        return this.#messageDelta(event)
      case 'message_stop':
        return this.#finish(event)
      case 'error':
        throw new ProviderStreamError(value.error)
      default:
        return bytes
    }
  }

  #notice(type: string, value: Fields): void {
    if (type === 'message_start' && isRecord(value.message)) {
      this.last = value.message
      if (isRecord(value.message.usage)) this.withUsage = value.message
      if (typeof value.message.model === 'string') this.seal?.named(value.message.model)
    }
    if (type === 'message_delta' && isRecord(value.usage)) {
      const earlier = isRecord(this.withUsage?.usage) ? this.withUsage.usage : {}
      this.withUsage = { ...this.last, usage: { ...earlier, ...value.usage } }
    }
  }

  #start(event: NamedEvent): string {
    const { content_block: block, index } = event.value
    const type = isRecord(block) ? block.type : undefined
    if (type === 'tool_use' && this.#text?.stop !== undefined) {
      return this.#closeThen('complete', () => event.bytes)
    }
    const before = this.#release()
    if (type !== 'text' || !isRecord(block)) return before + event.bytes
    this.#text = { index: indexOf(index) }
    return before + withEdits(event, this.#sealAt(event, ['content_block', 'text'], block.text))
  }

  #delta(event: NamedEvent): string {
    const { delta, index } = event.value
    if (!isRecord(delta) || delta.type !== 'text_delta' || delta.text === '') return event.bytes
    const before = this.#release()
    // Some servers leave a block's beginning out.
    if (this.#text?.index !== indexOf(index)) this.#text = { index: indexOf(index) }
    return before + withEdits(event, this.#sealAt(event, ['delta', 'text'], delta.text))
  }

  #stop(event: NamedEvent): string {
    const text = this.#text
    if (text === undefined || text.index !== indexOf(event.value.index) || this.#isClosed) return event.bytes
    text.stop = event.bytes
    return this.seal === undefined ? this.#release() : ''
  }

  #messageDelta(event: NamedEvent): string {
    const { delta } = event.value
    const reason = isRecord(delta) ? delta.stop_reason : undefined
    if (typeof reason !== 'string') return event.bytes
    this.finishReasons.push(reason)
    this.#reason = reason
    const before = this.#heldReason
    this.#heldReason = event.bytes
    return before
  }

  #finish(event: NamedEvent): string {
    return this.#closeThen(endingOf(this.#reason ?? ''), () => {
      this.pump.isDone = true
      const streamseal = this.field()
      if (streamseal === undefined) return this.#heldReason + event.bytes
      return (
        this.#heldReason + withData(event.bytes, toBytes(addMember(event.json, 'streamseal', streamseal)))
      )
    })
  }

  /** Closes the seal, if that has not been done, and goes on behind it. */
  #closeThen(ending: Ending, next: () => string): string {
    if (this.#isClosed || this.seal === undefined) return this.#lastWords() + next()
    return this.pump.wait(this.#sign(ending, this.#text === undefined), () => this.#lastWords() + next())
  }

  async #sign(ending: Ending, beside: boolean): Promise<void> {
    this.#isClosed = true
    await this.finishSeal(ending, beside)
  }

  /** The closing, as one more delta of the text that is the last, and that text's stop. */
  #lastWords(): string {
    const text = this.#text
    this.#text = undefined
    if (text === undefined) return ''
    const closing = this.unsaid
    this.unsaid = ''
    const delta = { type: 'text_delta', text: closing }
    const event = { type: 'content_block_delta', index: text.index, delta }
    return (closing === '' ? '' : namedEvent(event)) + (text.stop ?? '')
  }

  /** The text whose stop is held is not the last. */
  #release(): string {
    const stop = this.#text?.stop
    if (stop !== undefined) this.#text = undefined
    return stop ?? ''
  }

  #sealAt({ json }: NamedEvent, path: readonly string[], text: unknown): Edit[] {
    if (this.seal === undefined || this.#isClosed || typeof text !== 'string' || text === '') return []
    const sealed = this.seal.feed(text)
    const span = sealed === text ? undefined : locateJson(json, path)
    return span === undefined ? [] : [{ ...span, text: JSON.stringify(sealed) }]
  }
}

function indexOf(index: unknown): number {
  return typeof index === 'number' ? index : 0
}
