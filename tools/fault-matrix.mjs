/** Puts every fault into every provider's stream and writes what a caller is told to `docs/faults.md`. */
import { writeFileSync } from 'node:fs'
import { faults, recordingModels, tryFault } from '@streamseal/stream/testing'

const kinds = Object.keys(recordingModels)
const rows = []
for (const fault of Object.keys(faults)) {
  const outcomes = await Promise.all(kinds.map(kind => tryFault(fault, kind)))
  rows.push(`| ${[fault, ...outcomes.map(cell)].join(' | ')} |`)
  process.stderr.write('.')
}
writeFileSync(
  new URL('../docs/faults.md', import.meta.url),
  `# What a caller is told when a provider fails

Each fault was put into each provider's stream over a real socket, with a connect time-out of 1,000 ms, a first-token time-out of 1,200 ms and 1,000 ms between tokens. A cell holds the error's code, whether asking again may help, and how many characters had come and are kept in \`error.partial\`. \`whole\` means that the answer came whole. Made by \`node tools/fault-matrix.mjs\`.

| fault | ${kinds.join(' | ')} |
| --- | ${kinds.map(() => '---').join(' | ')} |
${rows.join('\n')}
`,
)
process.stderr.write('\n')

function cell({ code, retryable, characters, leaked }) {
  const told = code === null ? 'whole' : `\`${code}\`${retryable ? ', retryable' : ''}`
  return `${told}, ${characters}${leaked > 0 ? `, ${leaked} connections left open` : ''}`
}
