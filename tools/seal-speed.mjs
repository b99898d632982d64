/** `npm run seal-speed`: how long `verify` takes from 1 KB to 10 MB, hostile texts included, written to `docs/seal-speed.md`. Fails where it is not linear. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Ten times the length may take this many times as long from 1 MB to 10 MB, where fixed costs no longer count. */
const MAX_FACTOR = 20
/** A longer text is not tried where this one took longer, in milliseconds. */
const MAX_MS = 60_000

const temporary = mkdtempSync(join(root, 'node_modules/.speed-'))
try {
  const outfile = join(temporary, 'speed.mjs')
  await build({
    entryPoints: [join(root, 'bench/seal-speed.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    splitting: false,
    conditions: ['@streamseal/source'],
    logLevel: 'error',
  })
  const { cases, lengths, timeOf } = await import(pathToFileURL(outfile).href)
  const rows = await measureAll(cases, lengths, timeOf)
  writeFileSync(join(root, 'docs/seal-speed.svg'), plot(rows, lengths))
  writeFileSync(join(root, 'docs/seal-speed.md'), page(rows, lengths))
  const slow = rows.filter(({ factor }) => !(factor <= MAX_FACTOR))
  for (const { name, factor } of slow)
    console.error(`${name}: ten times the length takes ${factor.toFixed(1)} times as long`)
  process.exitCode = slow.length > 0 ? 1 : 0
} finally {
  rmSync(temporary, { recursive: true })
}

/**
 * @typedef {{ name: string, times: number[], factor: number }} Row
 * @param {typeof import('../bench/seal-speed.ts').cases} cases
 * @param {readonly number[]} lengths
 * @param {typeof import('../bench/seal-speed.ts').timeOf} timeOf
 */
async function measureAll(cases, lengths, timeOf) {
  /** @type {Row[]} */
  const rows = []
  for (const [name, make] of cases) {
    /** @type {number[]} */
    const times = []
    for (const length of lengths) {
      if ((times.at(-1) ?? 0) > MAX_MS / 10) break
      times.push(await timeOf(await make(length)))
    }
    const factor =
      times.length < lengths.length
        ? Number.POSITIVE_INFINITY
        : Math.max(times[4] ?? 0, 0.1) / Math.max(times[3] ?? 0, 0.01)
    rows.push({ name, times, factor })
    console.log(`${name}: ${times.map(shown).join(', ')} ms; × ${factor.toFixed(1)}`)
  }
  return rows
}

/** @param {number | undefined} ms */
function cell(ms) {
  return ms === undefined ? '' : shown(ms)
}

/** @param {number} ms */
function shown(ms) {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0)
}

/**
 * @param {readonly Row[]} rows
 * @param {readonly number[]} lengths
 */
function page(rows, lengths) {
  const heads = lengths.map(length =>
    length < 1_000_000 ? `${length / 1000} KB` : `${length / 1_000_000} MB`,
  )
  return `# How long verification takes

Milliseconds of processor time for one \`verify\` with Node ${process.versions.node}, by the length of the text in UTF-16 units (a thousand are a KB here). The last column is how many times as long ten times the length takes, from 1 MB to 10 MB: 10 is linear. Made by \`npm run seal-speed\`, which fails above ${MAX_FACTOR}. Texts whose name is Markdown or characters end in a closing by nobody, so that every reading of the text is tried.

![Time against length, both logarithmic](seal-speed.svg)

| text | ${heads.join(' | ')} | × |
| --- | ${heads.map(() => '---:').join(' | ')} | ---: |
${rows.map(({ name, times, factor }) => `| ${name} | ${heads.map((_, i) => cell(times[i])).join(' | ')} | ${factor.toFixed(1)} |`).join('\n')}
`
}

/**
 * Both axes logarithmic; a straight line at the slope of the dashed one is linear.
 * @param {readonly Row[]} rows
 * @param {readonly number[]} lengths
 */
function plot(rows, lengths) {
  const x = (/** @type {number} */ length) => 60 + 130 * (Math.log10(length) - 3)
  const y = (/** @type {number} */ ms) => 360 - 55 * (Math.log10(Math.max(ms, 0.01)) + 2)
  const line = (/** @type {readonly number[]} */ times, /** @type {string} */ more) =>
    `<polyline fill="none" ${more} points="${times.map((ms, i) => `${x(lengths[i] ?? 0).toFixed(1)},${y(ms).toFixed(1)}`).join(' ')}"/>`
  const marks = [0.01, 0.1, 1, 10, 100, 1000, 10_000]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 400" font-family="sans-serif" font-size="11">
<title>How long verification takes, by the length of the text</title>
<rect width="900" height="400" fill="white"/>
${marks.map(ms => `<text x="52" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text><line x1="60" x2="580" y1="${y(ms)}" y2="${y(ms)}" stroke="#ddd"/>`).join('\n')}
${lengths.map(length => `<text x="${x(length)}" y="380" text-anchor="middle">${length.toLocaleString('en')}</text>`).join('\n')}
${line([0.03, 0.3, 3, 30, 300], 'stroke="black" stroke-dasharray="4 4"')}
${rows.map(({ times }, i) => line(times, `stroke="hsl(${(i * 360) / rows.length} 70% 40%)"`)).join('\n')}
${rows.map(({ name }, i) => `<text x="600" y="${20 + 16 * i}" fill="hsl(${(i * 360) / rows.length} 70% 40%)">${name}</text>`).join('\n')}
<text x="600" y="${20 + 16 * rows.length}">dashed: linear</text>
</svg>
`
}
