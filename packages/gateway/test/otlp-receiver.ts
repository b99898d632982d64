/** A receiver of OpenTelemetry's protocol over HTTP (OTLP 1.x, binary protobuf), for tests: reads off the wire what it needs. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it was received. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2 is an error. */
  readonly status: number
}

/** The receiver. */
export interface OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
  /** Names of metrics. */
  readonly metrics: Set<string>
  /** Everything that came, as text. */
  readonly bytes: string[]
  readonly headers: Record<string, unknown>[]
  close(): Promise<void>
}

/** Starts it. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const metrics = new Set<string>()
  const bytes: string[] = []
  const headers: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    bytes.push(body.toString('latin1'))
    headers.push(request.headers)
    // ExportTraceServiceRequest.resource_spans = 1, scope_spans = 2, spans = 2; of metrics the same numbers, and name = 1.
    const items = messages(body, 1).flatMap(resource =>
      messages(resource, 2).flatMap(scope => messages(scope, 2)),
    )
    if (request.url === '/v1/traces') spans.push(...items.map(toSpan))
    else if (request.url === '/v1/metrics') for (const item of items) metrics.add(text(item, 1))
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    bytes,
    headers,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Field = readonly [number: number, value: bigint | Buffer]

/** The fields of a message (Protocol Buffers, "Encoding"). */
function fields(message: Buffer): Field[] {
  const found: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = Number(varint())
    const number = tag >> 3
    if ((tag & 7) === 0) found.push([number, varint()])
    else {
      const length = (tag & 7) === 1 ? 8 : (tag & 7) === 5 ? 4 : Number(varint())
      found.push([number, message.subarray(at, at + length)])
      at += length
    }
  }
  return found
}

function messages(message: Buffer, number: number): Buffer[] {
  return fields(message).flatMap(([at, value]) => (at === number && Buffer.isBuffer(value) ? [value] : []))
}

function text(message: Buffer, number: number): string {
  return messages(message, number)[0]?.toString('utf8') ?? ''
}

function toSpan(span: Buffer): ReceivedSpan {
  const hex = (number: number): string => messages(span, number)[0]?.toString('hex') ?? ''
  const kind = fields(span).find(([number]) => number === 6)?.[1]
  const status = fields(messages(span, 15)[0] ?? Buffer.alloc(0)).find(([number]) => number === 3)?.[1]
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentId: hex(4),
    name: text(span, 5),
    kind: Number(kind ?? 0),
    attributes: Object.fromEntries(
      messages(span, 9).map(pair => [text(pair, 1), toValue(messages(pair, 2)[0])]),
    ),
    status: Number(status ?? 0),
  }
}

/** An `AnyValue`: string = 1, bool = 2, int = 3, double = 4, array = 5. */
function toValue(value: Buffer | undefined): unknown {
  const [field] = fields(value ?? Buffer.alloc(0))
  if (field === undefined) return undefined
  const [number, content] = field
  if (!Buffer.isBuffer(content)) return number === 2 ? content === 1n : Number(content)
  if (number === 1) return content.toString('utf8')
  if (number === 4) return content.readDoubleLE()
  return messages(content, 1).map(toValue)
}
