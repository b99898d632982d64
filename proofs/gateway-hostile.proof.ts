/** Hostile clients: unending headers and bodies, giants, deep JSON, idle sockets, smuggling, tricks with paths and hosts, wrong keys; an honest client is served all the while. `--break` must fail. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Attack, attacks, type Target } from './gateway-hostile/attacks.ts'
import { startGatewayProcess } from './helpers/gateway-process.ts'
import { keepResults, type Row } from './helpers/keep-results.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '500' },
    only: { type: 'string' },
    break: { type: 'boolean', default: false },
    keep: { type: 'boolean' },
  },
})

const claim =
  'Whatever clients send, the gateway lives, answers an honest client within two seconds meanwhile, never with a 5xx, closes what does not end, and holds afterwards what it held before.'
const key = 'streamseal-proof-key-0123456789'
const mebibyte = 2 ** 20

process.exitCode = (await prove()) ? 0 : 1

async function prove(): Promise<boolean> {
  const gateway = await startGatewayProcess({
    STREAMSEAL_API_KEY: key,
    STREAMSEAL_LOG_LEVEL: 'silent',
    STREAMSEAL_DEMO_TOKENS_PER_SECOND: '100000',
    // So that the proof need not wait as long as an operator would have clients wait.
    STREAMSEAL_HEADERS_TIMEOUT_MS: '3000',
    STREAMSEAL_REQUEST_TIMEOUT_MS: '5000',
  })
  const target: Target = { gateway, key, size: Number(values.size), honest }
  try {
    return await attackAll(target)
  } finally {
    await gateway.stop()
  }

  async function honest(): Promise<number> {
    const started = performance.now()
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${values.break ? 'lost' : key}` },
      body: JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'Hello' }], stream: true }),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (!text.includes('[DONE]')) throw new Error(`An honest client is answered ${response.status}`)
    return Math.round(performance.now() - started)
  }
}

async function attackAll(target: Target): Promise<boolean> {
  const { gateway } = target
  const chosen = attacks.filter(
    ({ name }) => values.only?.split(',').some(part => name.includes(part)) ?? true,
  )
  const faults: string[] = []
  const rows: Row[] = []
  // Once before, so that everything is loaded and compiled.
  for (const attack of chosen) await attempt(attack, { ...target, size: 10 }, faults)
  const before = await rest(target)
  for (const attack of chosen) {
    const seen = await attempt(attack, target, faults)
    rows.push([attack.name, seen])
    console.log(`${attack.name}: ${seen}`)
  }
  const after = await rest(target)
  if (gateway.ended) faults.push('the gateway is gone')
  if (after.descriptors > before.descriptors + 4) {
    faults.push(`${before.descriptors} descriptors have become ${after.descriptors}`)
  }
  if (after.memory > before.memory + 8 * mebibyte)
    faults.push(`${inMebibytes(before.memory, after.memory)} of memory`)
  rows.push(
    ['memory in use before, after', inMebibytes(before.memory, after.memory)],
    ['descriptors before, after', `${before.descriptors}, ${after.descriptors}`],
    ['faults', String(faults.length)],
  )
  for (const [what, value] of rows.slice(-3)) console.log(`${what}: ${value}`)
  for (const fault of faults.slice(0, 20)) console.error(`FAULT ${fault}`)
  if (values.keep) keepResults('gateway-hostile', claim, rows)
  return faults.length === 0
}

async function attempt(attack: Attack, target: Target, faults: string[]): Promise<string> {
  const slow: number[] = []
  const honest = async (): Promise<number> => {
    const waited = await target.honest()
    if (waited > 2000) slow.push(waited)
    return waited
  }
  try {
    const { seen, faults: found } = await attack.run({ ...target, honest })
    faults.push(...found.map(what => `${attack.name}: ${what}`))
    faults.push(...slow.map(waited => `${attack.name}: an honest client waited ${waited} ms`))
    return seen
  } catch (error) {
    faults.push(`${attack.name}: ${String(error)}`)
    return 'failed'
  }
}

async function rest({ gateway }: Target): Promise<{ memory: number; descriptors: number }> {
  await sleep(6000)
  return { memory: await gateway.memoryInUse(), descriptors: gateway.descriptors() }
}

function inMebibytes(...bytes: number[]): string {
  return bytes.map(count => `${(count / mebibyte).toFixed(1)} MiB`).join(', ')
}
