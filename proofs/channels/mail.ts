/** Mail as it is composed, encoded, parsed, wrapped and quoted. */
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { channel } from './channel.ts'
import { renderersNamed } from './renderers.ts'
import { library, type Software } from './software.ts'

const transport = createTransport({ streamTransport: true, buffer: true })

type Encoding = 'quoted-printable' | 'base64'

/** The plain part of a message that was composed and parsed. */
async function throughMessage(text: string, encoding: Encoding, html?: string): Promise<string | undefined> {
  const { message } = await transport.sendMail({
    from: 'a@issuer.example',
    to: 'b@reader.example',
    subject: 'An answer',
    text,
    textEncoding: encoding,
    ...(html !== undefined && { html }),
  })
  const parsed = await PostalMime.parse(message as Buffer)
  return parsed.text
}

/** As old mailers send text: no line longer than 72 columns where a space can end it. Marks have no width. */
function wrap(text: string): string {
  return text.split('\n').map(wrapLine).join('\n')
}

function wrapLine(line: string): string {
  let column = 0
  return line
    .split(' ')
    .map((word, index) => {
      const width = word.replaceAll(/\p{M}/gu, '').length
      const fits = index === 0 || column + 1 + width <= 72
      column = fits ? column + (index === 0 ? 0 : 1) + width : width
      return index === 0 ? word : (fits ? ' ' : '\n') + word
    })
    .join('')
}

const quote = (text: string): string =>
  text
    .split('\n')
    .map(line => (line === '' ? '>' : `> ${line}`))
    .join('\n')

export function mail(): Software {
  const [markdownIt] = renderersNamed('markdown-it')
  const channels = [
    channel('mail', 'quoted-printable', 'kept', text => throughMessage(text, 'quoted-printable')),
    channel('mail', 'base64', 'kept', text => throughMessage(text, 'base64')),
    channel('mail', 'quoted-printable, beside an HTML part', 'kept', text =>
      throughMessage(text, 'quoted-printable', markdownIt?.html(text)),
    ),
    channel('mail', 'wrapped at 72 columns', 'kept', wrap),
    channel('mail', 'quoted in a reply (“> ”)', 'kept', quote),
    channel('mail', 'wrapped, then quoted in a reply', 'kept', text => quote(wrap(text))),
  ]
  return library('nodemailer, postal-mime', channels)
}
