/** The Markdown renderers that the scanner is proved against. */
import { HtmlRenderer, Parser } from 'commonmark'
import MarkdownIt from 'markdown-it'
import footnote from 'markdown-it-footnote'
import { Marked } from 'marked'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { math, mathHtml } from 'micromark-extension-math'
import rehypeRaw from 'rehype-raw'
import rehypeStringify from 'rehype-stringify'
import { remark } from 'remark'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkRehype from 'remark-rehype'

export interface Renderer {
  name: string
  html(markdown: string): string
}

export const renderers: readonly Renderer[] = [
  { name: 'commonmark', html: commonmark(false) },
  { name: 'commonmark smart', html: commonmark(true) },
  { name: 'marked', html: marked({ gfm: true }) },
  { name: 'marked breaks', html: marked({ gfm: true, breaks: true }) },
  { name: 'marked without gfm', html: marked({ gfm: false }) },
  { name: 'markdown-it', html: markdownIt(new MarkdownIt()) },
  { name: 'markdown-it commonmark', html: markdownIt(new MarkdownIt('commonmark')) },
  {
    name: 'markdown-it full',
    html: markdownIt(new MarkdownIt({ html: true, linkify: true, typographer: true }).use(footnote)),
  },
  { name: 'micromark', html: text => micromark(text, { allowDangerousHtml: true }) },
  {
    name: 'micromark gfm',
    html: text =>
      micromark(text, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
  },
  { name: 'micromark gfm math', html: micromarkMath },
  { name: 'remark gfm', html: remarkHtml(false) },
  { name: 'remark gfm math raw', html: remarkHtml(true) },
]

function commonmark(smart: boolean): (text: string) => string {
  const parser = new Parser({ smart })
  const writer = new HtmlRenderer({ smart })
  return text => writer.render(parser.parse(text))
}

function marked(options: { gfm: boolean; breaks?: boolean }): (text: string) => string {
  const instance = new Marked(options)
  return text => instance.parse(text, { async: false })
}

function markdownIt(instance: { render(text: string): string }): (text: string) => string {
  return text => instance.render(text)
}

function micromarkMath(text: string): string {
  return micromark(escapePrices(text), {
    allowDangerousHtml: true,
    extensions: [gfm(), math()],
    htmlExtensions: [gfmHtml(), mathHtml({ throwOnError: false, strict: false })],
  })
}

function remarkHtml(withRawAndMath: boolean): (text: string) => string {
  if (!withRawAndMath) {
    const plain = remark().use(remarkGfm).use(remarkRehype).use(rehypeStringify)
    return text => String(plain.processSync(text))
  }
  const full = remark()
    .use(remarkGfm)
    .use(remarkMath)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeStringify)
  return text => String(full.processSync(escapePrices(text)))
}

/**
 * These two take what stands between any two dollars for maths, two prices too: pages that use them escape the dollars
 * before digits first (code aside), and so does this.
 */
function escapePrices(text: string): string {
  return text.replace(
    /(```[\s\S]*?(?:```|$)|`[^`\n]*`|\$\$[\s\S]*?\$\$)|\$(?=\d)/g,
    (_, kept?: string) => kept ?? '\\$',
  )
}
