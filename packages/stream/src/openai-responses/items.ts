/** The items of a response's output: messages, reasoning, calls that the caller answers, calls that OpenAI answers itself. */

/** An item as it comes on the wire. */
export interface Item {
  id?: string
  type?: string
  call_id?: string
  name?: string
  arguments?: string
  input?: string
  action?: unknown
  /** Of a message, or of reasoning that is shown as it is. */
  content?: ItemContent[] | null
  /** Of reasoning. */
  summary?: { text?: string }[] | null
}

/** One piece of a message. */
export interface ItemContent {
  text?: string
  refusal?: string
  annotations?: Annotation[] | null
}

/** What a piece of text cites. */
export interface Annotation {
  url?: string
  title?: string
  filename?: string
}

/** Where in the output an event belongs. */
export interface Place {
  item_id?: string
  output_index?: number
  content_index?: number
  summary_index?: number
  item?: Item
}

// OpenAI's own names for tools that run on the caller's side.
const callersTools: ReadonlySet<string> = new Set([
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
])

/** What a call's input is: arguments that are streamed, free text that is streamed, or fields of the item. */
export type CallKind = 'function' | 'custom' | 'fields'

/** How the caller is to read a call, or `undefined` where the item is no call of the caller's. */
export function callKind({ type = '' }: Item): CallKind | undefined {
  if (type === 'function_call') return 'function'
  if (type === 'custom_tool_call') return 'custom'
  return callersTools.has(type) ? 'fields' : undefined
}

/** A tool's name: the caller's own, or the item's type. */
export function toolNameOf({ name, type = '' }: Item): string {
  return name || type.replace(/_call$/, '')
}

/** The input of a call, where the item holds it. */
export function inputOf(item: Item, kind: CallKind | undefined): string | undefined {
  if (kind === 'function' || kind === 'custom') return item.arguments ?? item.input
  if (kind === 'fields') return JSON.stringify(ownFields(item))
  return item.arguments ?? JSON.stringify(item.action ?? ownFields(item))
}

const bookkeeping = new Set([
  'id',
  'type',
  'status',
  'call_id',
  'name',
  'output',
  'outputs',
  'results',
  'result',
])

function ownFields(item: Item): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => !bookkeeping.has(name) && value !== null),
  )
}

/** Names of the item that an event belongs to, the best first: some servers give an item another id at every event. */
export function itemKeys({ item_id, item, output_index }: Place): string[] {
  const keys = [item_id ?? item?.id, output_index === undefined ? undefined : `#${output_index}`]
  return keys.filter(key => key !== undefined)
}

/** The name of one text of an item, `summary` or `content`. */
export function textKey(place: Place, kind: 'summary' | 'content'): string {
  const index = kind === 'summary' ? place.summary_index : place.content_index
  return `${itemKeys(place).at(-1) ?? ''}/${kind}/${index ?? 0}`
}
