/** Rendered answers as content systems keep them: sanitized, and turned back into Markdown. */
import turndownGfm from '@joplin/turndown-plugin-gfm'
import createDomPurify, { type WindowLike } from 'dompurify'
import sanitizeHtml from 'sanitize-html'
import TurndownService from 'turndown'
import { pageText } from '../../packages/seal/test/page-text.ts'
import { type Channel, channel } from './channel.ts'
import { htmlBody, window } from './html-body.ts'
import { renderersNamed } from './renderers.ts'
import { library, type Software } from './software.ts'

const domPurify = createDomPurify(window as unknown as WindowLike)
const purify = (html: string): string => domPurify.sanitize(html)
const sanitize = (html: string): string =>
  sanitizeHtml(html, { allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'details', 'summary'] })

const turndown = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced' }).use(turndownGfm.gfm)

/** What a browser would copy from a page with this body. */
function textOf(html: string): string {
  return pageText(htmlBody(html)).trim()
}

export function pages(): Software {
  const channels = renderersNamed('marked', 'markdown-it').flatMap(({ name, html }): Channel[] => [
    channel('content', `${name}, DOMPurify, the page’s text`, 'kept', text => textOf(purify(html(text)))),
    channel('content', `${name}, sanitize-html, the page’s text`, 'kept', text =>
      textOf(sanitize(html(text))),
    ),
    channel('content', `${name}, turndown, as Markdown`, 'mostly kept', text =>
      turndown.turndown(html(text)),
    ),
    channel('content', `${name}, turndown, rendered again`, 'kept', text =>
      textOf(html(turndown.turndown(html(text)))),
    ),
  ])
  return library('DOMPurify, sanitize-html, turndown', channels)
}
