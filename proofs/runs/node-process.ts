/** A node as its clients know it: they tell it what to do, and it may be killed at any moment. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Part } from '@streamseal/stream'
import type { Answer, Order } from './node.ts'

type NewOrder = Order extends infer One ? (One extends Order ? Omit<One, 'call'> : never) : never

/** Why a call has ended. */
export type Ending = { kind: 'done'; state?: string } | { kind: 'error'; code: string } | { kind: 'killed' }

interface Call {
  onParts(parts: Part[]): void
  end(ending: Ending): void
}

/** The process. */
export class NodeProcess {
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Call>()
  readonly #ready: Promise<void>
  #next = 1

  constructor(url: string) {
    this.#child = fork(process.argv[1] ?? '', ['--node', url], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#ready = new Promise(resolve => {
      this.#calls.set(0, { onParts: () => undefined, end: () => resolve() })
    })
    this.#child.on('message', (answer: Answer) => this.#take(answer))
    this.#child.on('exit', () => {
      for (const call of this.#calls.values()) call.end({ kind: 'killed' })
      this.#calls.clear()
    })
  }

  ready(): Promise<void> {
    return this.#ready
  }

  /** Resolves when the node has answered, or is no more. */
  tell(order: NewOrder, onParts: (parts: Part[]) => void = () => undefined): Promise<Ending> {
    const call = this.#next++
    return new Promise(resolve => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return resolve({ kind: 'killed' })
      this.#calls.set(call, { onParts, end: resolve })
      this.#child.send({ ...order, call }, error => {
        if (error !== null) resolve({ kind: 'killed' })
      })
    })
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  #take(answer: Answer): void {
    const call = this.#calls.get(answer.call)
    if (call === undefined) return
    if ('parts' in answer) call.onParts(answer.parts)
    else {
      this.#calls.delete(answer.call)
      call.end(endingOf(answer))
    }
  }
}

function endingOf(answer: Exclude<Answer, { parts: Part[] }>): Ending {
  if ('error' in answer) return { kind: 'error', code: answer.code }
  return { kind: 'done', ...('state' in answer && answer.state ? { state: answer.state } : {}) }
}
