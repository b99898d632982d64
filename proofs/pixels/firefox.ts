/** Firefox, through WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it speaks itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { type BrowserPage, type Key, viewport } from './browser.ts'

/** The keys' values in WebDriver. */
const keys: Readonly<Record<Key | 'Control', string>> = {
  ArrowRight: '\ue014',
  ArrowLeft: '\ue012',
  Backspace: '\ue003',
  Delete: '\ue017',
  Home: '\ue011',
  End: '\ue010',
  Control: '\ue009',
}
const START_MS = 60_000
/** So many presses in one command. */
const PRESSES = 50

/** Starts Firefox with one page and a profile of its own. */
export async function startFirefox(executablePath: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), 'streamseal-firefox-'))
  writeFileSync(join(profile, 'user.js'), preferences())
  const child = spawn(
    executablePath,
    [
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      '--remote-debugging-port=0',
      '--remote-allow-system-access',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const connection = await Connection.open(`${await addressOf(child)}/session`)
  const { capabilities } = await connection.send<{
    capabilities: { browserName: string; browserVersion: string }
  }>('session.new', { capabilities: {} })
  const { context } = await connection.send<{ context: string }>('browsingContext.create', { type: 'tab' })
  await connection.send('browsingContext.setViewport', { context, viewport })
  const name = `Firefox ${capabilities.browserVersion}`
  return new FirefoxPage(name, context, connection, () => {
    child.kill()
    child.once('exit', () =>
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
    )
  })
}

function preferences(): string {
  const off = [
    'app.update.enabled',
    'datareporting.healthreport.uploadEnabled',
    'browser.shell.checkDefaultBrowser',
  ]
  const all: (readonly [string, unknown])[] = [
    ...off.map(name => [name, false] as const),
    ['network.captive-portal-service.enabled', false],
    ['network.connectivity-service.enabled', false],
    ['browser.safebrowsing.downloads.enabled', false],
    ['services.settings.server', 'http://127.0.0.1:9/'],
    ['extensions.systemAddon.update.url', ''],
    // The caret does not blink: two pictures of one page are alike.
    ['ui.caretBlinkTime', 0],
    ['accessibility.force_disabled', -1],
  ]
  return all
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('')
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Cannot start Firefox: it said no address')), START_MS)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
    child.once('exit', code =>
      reject(new Error(`Cannot start Firefox: it ended with ${code}: ${said.slice(-500)}`)),
    )
  })
}

interface Answer {
  id?: number
  type: string
  result?: unknown
  error?: string
  message?: string
}

/** Commands and their answers over one socket. */
class Connection {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', data => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer)
    })
  }

  static async open(address: string): Promise<Connection> {
    const socket = new WebSocket(address, { maxPayload: 2 ** 28, perMessageDeflate: false })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  async send<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#last
    const answer = await new Promise<Answer>(resolve => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
    this.#waiting.delete(id)
    if (answer.type === 'error') throw new Error(`Cannot do "${method}": ${answer.error}: ${answer.message}`)
    return answer.result as Result
  }

  close(): void {
    this.#socket.close()
  }
}

interface Evaluated {
  type: string
  result?: { type: string; value?: string }
  exceptionDetails?: { text: string }
}

class FirefoxPage implements BrowserPage {
  readonly name: string
  readonly #context: string
  readonly #connection: Connection
  readonly #end: () => void

  constructor(name: string, context: string, connection: Connection, end: () => void) {
    this.name = name
    this.#context = context
    this.#connection = connection
    this.#end = end
  }

  async call<Result, Args extends readonly unknown[]>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    return this.#evaluate<Awaited<Result>>(`(${run.toString()})(...${JSON.stringify(args)})`, this.#context)
  }

  async #evaluate<Result>(expression: string, context: string): Promise<Result> {
    // What comes back is JSON: a lone surrogate or an object survives it.
    const evaluated = await this.#connection.send<Evaluated>('script.evaluate', {
      expression: `(async () => JSON.stringify({ value: await (${expression}) }))()`,
      target: { context },
      awaitPromise: true,
      userActivation: true,
    })
    if (evaluated.type === 'exception') throw new Error(`In the page: ${evaluated.exceptionDetails?.text}`)
    return (JSON.parse(evaluated.result?.value ?? '{}') as { value: Result }).value
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#connection.send<{ data: string }>('browsingContext.captureScreenshot', {
      context: this.#context,
      origin: 'document',
    })
    return Buffer.from(data, 'base64')
  }

  async press(key: Key, times: number, modifier?: 'Control'): Promise<void> {
    const stroke = (value: string): object[] => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]
    for (let left = times; left > 0; left -= PRESSES) {
      const strokes = Array.from({ length: Math.min(left, PRESSES) }, () => stroke(keys[key])).flat()
      const held = modifier
        ? [{ type: 'keyDown', value: keys[modifier] }, ...strokes, { type: 'keyUp', value: keys[modifier] }]
        : strokes
      await this.#act({ type: 'key', id: 'keyboard', actions: held })
    }
  }

  async doubleClick(x: number, y: number): Promise<void> {
    const click = [
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    const move = { type: 'pointerMove', x: Math.round(x), y: Math.round(y) }
    await this.#act({ type: 'pointer', id: 'mouse', actions: [move, ...click, ...click] })
  }

  async #act(source: object): Promise<void> {
    await this.#connection.send('input.performActions', { context: this.#context, actions: [source] })
  }

  async accessibleLines(): Promise<string[]> {
    return this.#evaluate(`(${readTree.toString()})()`, await this.#window())
  }

  async find(words: readonly string[]): Promise<boolean[]> {
    return this.#evaluate(`(${findInBar.toString()})(${JSON.stringify(words)})`, await this.#window())
  }

  /** The browser's own window, around the page. */
  async #window(): Promise<string> {
    const { contexts } = await this.#connection.send<{ contexts: { context: string }[] }>(
      'browsingContext.getTree',
      {
        'moz:scope': 'chrome',
      },
    )
    const [first] = contexts
    if (first === undefined) throw new Error('Cannot look at Firefox itself: it shows no window')
    return first.context
  }

  async close(): Promise<void> {
    this.#connection.close()
    this.#end()
  }
}

/** Runs in the browser's own window: every accessible object of the page. */
async function readTree(): Promise<string[]> {
  interface Accessible {
    role: number
    name: string | null
    childCount: number
    getChildAt(index: number): Accessible
  }
  const { Cc, Ci, gBrowser } = globalThis as unknown as {
    Cc: Record<string, { getService(kind: unknown): unknown }>
    Ci: Record<string, unknown>
    gBrowser: { selectedBrowser: unknown }
  }
  const service = Cc['@mozilla.org/accessibilityService;1']?.getService(Ci.nsIAccessibilityService) as {
    getAccessibleFor(node: unknown): Accessible | null
    getStringRole(role: number): string
  }
  await new Promise(resolve => setTimeout(resolve, 1500))
  const lines: string[] = []
  const visit = (node: Accessible): void => {
    lines.push(`${service.getStringRole(node.role)}: ${node.name ?? ''}`)
    for (let index = 0; index < node.childCount; index++) visit(node.getChildAt(index))
  }
  const top = service.getAccessibleFor(gBrowser.selectedBrowser)
  if (top) visit(top)
  return lines
}

/** Runs in the browser's own window: what the find bar does for each word. */
async function findInBar(words: readonly string[]): Promise<boolean[]> {
  interface Finder {
    addResultListener(listener: object): void
    removeResultListener(listener: object): void
    fastFind(text: string, linksOnly: boolean, drawOutline: boolean): void
  }
  const NOT_FOUND = 1
  const { gBrowser } = globalThis as unknown as { gBrowser: { selectedBrowser: { finder: Finder } } }
  const { finder } = gBrowser.selectedBrowser
  const results: boolean[] = []
  for (const word of words) {
    results.push(
      await new Promise<boolean>(resolve => {
        const listener = {
          onFindResult(data: { result: number }) {
            finder.removeResultListener(listener)
            resolve(data.result !== NOT_FOUND)
          },
        }
        finder.addResultListener(listener)
        finder.fastFind(word, false, false)
      }),
    )
  }
  return results
}
