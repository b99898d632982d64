/** The short look of the quality gate: processor time a chunk beside the floor of the same look, and nothing else. */
import { median } from '../harness.ts'
import { keptRatios } from './goals.ts'
import { type Effort, measureCpu, startUpstream } from './measure-server.ts'
import { floor, ourServers } from './servers.ts'

const effort: Effort = { streams: 600, firstChunkMs: 0, warmChunks: 15_000, measureMs: 1000 }

/** The settings that became more than twice as slow as kept, as sentences. A second look has to see it too: a busy machine is no regression. */
export async function checkGateway(gateway: string): Promise<string[]> {
  const upstreamPort = await startUpstream()
  const first = await look(gateway, upstreamPort, 2)
  return first.length === 0 ? first : look(gateway, upstreamPort, 5)
}

async function look(gateway: string, upstreamPort: number, rounds: number): Promise<string[]> {
  const { full, off } = ourServers(gateway)
  const ratios = { full: [] as number[], off: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const least = await measureCpu(floor, upstreamPort, effort)
    ratios.full.push((await measureCpu(full, upstreamPort, effort)) / least)
    ratios.off.push((await measureCpu(off, upstreamPort, effort)) / least)
  }
  return (['full', 'off'] as const).flatMap(name => {
    const ratio = median(ratios[name])
    const kept = keptRatios[name]
    console.log(`gateway (${name}): ${ratio.toFixed(2)} × the floor, kept: ${kept}`)
    return ratio > 2 * kept ? [`gateway (${name}): ${ratio.toFixed(2)} × the floor, kept was ${kept}`] : []
  })
}
