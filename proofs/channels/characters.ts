/** Encodings, escapes, normal forms and what typography does to characters. */
import { type Channel, channel } from './channel.ts'
import { htmlBody } from './html-body.ts'

const unitsAsEscapes = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** As a page shows text: escaped, parsed by an HTML parser, read back. */
function throughHtml(text: string): string {
  const escaped = text.replaceAll(/[&<>"']/g, character => escapes[character] as string)
  return htmlBody(escaped).textContent ?? ''
}

/** Every character that is not ASCII as a numeric entity. */
function throughEntities(text: string): string {
  const escaped = text.replaceAll(/[&<>\u0080-\u{10ffff}]/gu, character => `&#${character.codePointAt(0)};`)
  return htmlBody(escaped).textContent ?? ''
}

/** As word processors do while one types: quotes curl by what stands before them, dashes and dots are drawn. */
function curl(text: string): string {
  return text
    .replaceAll(/(^|[\s([{<—–-])"/gmu, '$1“')
    .replaceAll('"', '”')
    .replaceAll(/(^|[\s([{<“—–-])'/gmu, '$1‘')
    .replaceAll("'", '’')
    .replaceAll('...', '…')
    .replaceAll(/(?<=\p{L}) - (?=\p{L})/gu, ' – ')
    .replaceAll(/(?<=\p{L})--(?=\p{L})/gu, '—')
}

function throughUtf16BigEndian(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16()
  return Buffer.from(bytes).swap16().toString('utf16le')
}

export const characterChannels: readonly Channel[] = [
  channel('characters', 'untouched', 'intact', text => text),
  channel('characters', 'NFC', 'intact', text => text.normalize('NFC')),
  channel('characters', 'NFD', 'intact', text => text.normalize('NFD')),
  channel('characters', 'NFKC', 'mostly kept', text => text.normalize('NFKC')),
  channel('characters', 'NFKD', 'mostly kept', text => text.normalize('NFKD')),
  channel('characters', 'UTF-8, to bytes and back', 'intact', text =>
    Buffer.from(text, 'utf8').toString('utf8'),
  ),
  channel('characters', 'UTF-16, both byte orders', 'intact', throughUtf16BigEndian),
  channel('characters', 'Latin-1, with ? for the rest', 'lost', text => text.replaceAll(/[^\0-\xff]/gu, '?')),
  channel('characters', 'HTML escaping', 'intact', throughHtml),
  channel('characters', 'HTML numeric entities', 'intact', throughEntities),
  channel('characters', 'JSON', 'intact', text => JSON.parse(JSON.stringify(text)) as string),
  channel(
    'characters',
    'JSON with \\u escapes',
    'intact',
    text => JSON.parse(unitsAsEscapes(text)) as string,
  ),
  channel('characters', 'URL escaping', 'intact', text => decodeURIComponent(encodeURIComponent(text))),
  channel(
    'characters',
    'HTML form encoding',
    'intact',
    text => new URLSearchParams(new URLSearchParams({ text }).toString()).get('text') ?? '',
  ),
  channel('characters', 'line ends to CR LF', 'kept', text => text.replaceAll('\n', '\r\n')),
  channel('characters', 'trimmed, line by line', 'kept', text =>
    text
      .split('\n')
      .map(line => line.trimEnd())
      .join('\n')
      .trim(),
  ),
  channel('characters', 'spaces and tabs folded', 'kept', text => text.replaceAll(/[ \t]+/g, ' ')),
  channel('characters', 'all white space folded, into one line', 'mostly kept', text =>
    text.replaceAll(/\s+/gu, ' ').trim(),
  ),
  channel('characters', 'quotes curled, dashes and dots drawn', 'kept', curl),
]
