/**
 * An answer rendered as Markdown, without HTML: the parser's tokens become elements one by one, from the table below.
 * Model output can make no other element and no attribute, and its text, marks included, stands in text nodes.
 */
import MarkdownIt, { type Token } from 'markdown-it'
import { type ComponentChildren, h, type JSX } from 'preact'
import { isSafeLink } from '../shared/is-safe-link.ts'

// `html: false` makes HTML in an answer plain text; nothing is linked or retyped that the model did not write so.
const parser = new MarkdownIt({ html: false, linkify: false, typographer: false })

const plainElements = new Set('p ul li blockquote em strong s thead tbody tr th td'.split(' '))

/** Renders `text`; incomplete Markdown, as it stands in the middle of a stream, renders as far as it goes. */
export function MarkdownView({ text }: { text: string }): JSX.Element {
  return <>{children(parser.parse(text, {}), { lastHeading: 2 })}</>
}

/** What carries from one token to the next: headings never skip a level, whatever the model does. */
interface Outline {
  lastHeading: number
}

function children(tokens: Token[], outline: Outline): ComponentChildren[] {
  const root: ComponentChildren[] = []
  const open: { token: Token; inside: ComponentChildren[] }[] = []
  for (const token of tokens) {
    const here = open.at(-1)?.inside ?? root
    if (token.nesting === 1) open.push({ token, inside: [] })
    else if (token.nesting === 0) here.push(leaf(token, outline))
    else {
      const closed = open.pop()
      if (closed !== undefined)
        (open.at(-1)?.inside ?? root).push(element(closed.token, closed.inside, outline))
    }
  }
  return root
}

function leaf(token: Token, outline: Outline): ComponentChildren {
  switch (token.type) {
    case 'inline':
      return children(token.children ?? [], outline)
    case 'code_inline':
      return <code>{token.content}</code>
    case 'fence':
    case 'code_block':
      return <CodeBlock code={token.content} language={token.info} />
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return <br />
    case 'hr':
      return <hr />
    case 'image':
      return <Picture alt={token.content} />
    default:
      return token.content
  }
}

function element(token: Token, inside: ComponentChildren[], outline: Outline): ComponentChildren {
  if (token.hidden) return inside
  switch (token.tag) {
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
      return h(headingTag(Number(token.tag.slice(1)), outline), {}, inside)
    case 'ol':
      return <ol start={Number(token.attrGet('start') ?? 1)}>{inside}</ol>
    case 'a':
      return <Link href={String(token.attrGet('href') ?? '')}>{inside}</Link>
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, also with the keyboard
        <section class="table-scroll" tabIndex={0} aria-label="Table">
          <table>{inside}</table>
        </section>
      )
    default:
      return plainElements.has(token.tag) ? h(token.tag, {}, inside) : inside
  }
}

/** The page's own headings are h1 and h2; an answer's begin at h3 and go down one level at a time. */
function headingTag(level: number, outline: Outline): string {
  outline.lastHeading = Math.min(level + 2, outline.lastHeading + 1, 6)
  return `h${outline.lastHeading}`
}

function Link({ href, children: label }: { href: string; children: ComponentChildren }): JSX.Element {
  if (!isSafeLink(href)) return <>{label}</>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  )
}

/** A picture is named and not loaded: its address is the model's, and loading it would tell that address about the reader. */
function Picture({ alt }: { alt: string }): JSX.Element {
  return <span class="picture" role="img" aria-label={`Picture, not loaded: ${alt}`} data-alt={alt} />
}

function CodeBlock({ code, language }: { code: string; language: string }): JSX.Element {
  const name = language.trim().split(/\s/)[0] ?? ''
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also with the keyboard
    <pre tabIndex={0} data-language={name}>
      <code>{code}</code>
    </pre>
  )
}
