/** Office documents and back, with pandoc and LibreOffice. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Carried, type Channel, carryEach, channel } from './channel.ts'
import { renderersNamed } from './renderers.ts'
import { findProgram, missing, type Software, temporaryFolder, versionOf } from './software.ts'

const run = promisify(execFile)
const maxBuffer = 64 * 1024 * 1024

export function pandoc(): Software {
  const program = findProgram('pandoc')
  if (program === undefined) return missing('pandoc')
  const folder = temporaryFolder()
  const file = (name: string) => join(folder.path, name)
  const convert = async (text: string, format: string, back: string): Promise<string> => {
    writeFileSync(file('in.md'), text)
    await run(program, ['-f', 'gfm', '-t', format, '-o', file(`out.${format}`), file('in.md')])
    const { stdout } = await run(program, ['-f', format, '-t', back, '--wrap=none', file(`out.${format}`)], {
      maxBuffer,
    })
    return stdout
  }
  const channels = ['docx', 'odt'].flatMap(format =>
    [
      ['gfm', 'Markdown'],
      ['plain', 'plain text'],
    ].map(([back, name]) =>
      channel('office', `pandoc: Markdown to ${format}, back as ${name}`, 'mostly kept', text =>
        convert(text, format, back as string),
      ),
    ),
  )
  return {
    channels,
    what: versionOf(program, '--version', /([\d.]+)/, 'pandoc'),
    close: async () => folder.remove(),
  }
}

export function libreOffice(): Software {
  const program = findProgram('soffice')
  if (program === undefined) return missing('LibreOffice')
  const folder = temporaryFolder()
  const office = new Office(program, folder.path)
  const [marked] = renderersNamed('marked')
  const html = (text: string) =>
    `<!doctype html><html><head><meta charset="utf-8"></head><body>${marked?.html(text)}</body></html>`
  const path = (name: string, kind: string, format: string, write: (text: string) => string): Channel => ({
    group: 'office',
    name: `LibreOffice: ${name} to ${format}, back as text`,
    promised: 'kept',
    carry: texts => office.carry(texts.map(write), kind, format),
  })
  const channels = ['docx', 'odt'].flatMap(format => [
    path('text', 'txt', format, text => text),
    path('a rendered page', 'html', format, html),
  ])
  return {
    channels,
    what: versionOf(program, '--version', /LibreOffice ([\d.]+)/, 'LibreOffice'),
    close: async () => folder.remove(),
  }
}

const readers: Readonly<Record<string, string>> = { txt: 'Text (encoded):UTF8', html: 'HTML (StarWriter)' }
/** LibreOffice takes some seconds to start, so it is given all files at once; as many as this, to stay below the longest command line. */
const filesAtOnce = 100

class Office {
  readonly #program: string
  readonly #folder: string
  #runs = 0
  #profiles = 0

  constructor(program: string, folder: string) {
    this.#program = program
    this.#folder = folder
  }

  async carry(texts: readonly string[], kind: string, format: string): Promise<Carried[]> {
    const base = join(this.#folder, String(this.#runs++))
    for (const part of ['in', 'middle', 'out']) mkdirSync(join(base, part), { recursive: true })
    const name = (index: number, part: string, suffix: string) => join(base, part, `${index}.${suffix}`)
    for (const [index, text] of texts.entries()) writeFileSync(name(index, 'in', kind), text)
    const indexes = [...texts.keys()]
    await this.#convert(
      indexes.map(index => name(index, 'in', kind)),
      join(base, 'middle'),
      format,
      [`--infilter=${readers[kind]}`],
    )
    await this.#convert(
      indexes.map(index => name(index, 'middle', format)),
      join(base, 'out'),
      'txt:Text (encoded):UTF8',
    )
    return carryEach(texts, text => readFileSync(name(texts.indexOf(text), 'out', 'txt'), 'utf8'))
  }

  async #convert(
    files: readonly string[],
    folder: string,
    format: string,
    more: readonly string[] = [],
  ): Promise<void> {
    for (let at = 0; at < files.length; at += filesAtOnce) {
      // A profile of its own: the program before may not have let go of its profile yet.
      const profile = `-env:UserInstallation=file://${this.#folder}/profile-${this.#profiles++}`
      const part = files.slice(at, at + filesAtOnce)
      await run(
        this.#program,
        [profile, '--headless', ...more, '--convert-to', format, '--outdir', folder, ...part],
        { maxBuffer },
      )
    }
  }
}
