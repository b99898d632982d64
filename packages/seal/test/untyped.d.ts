declare module 'commonmark-spec' {
  export const tests: readonly { markdown: string; section: string; number: number }[]
}

declare module 'jsdom' {
  export class JSDOM {
    readonly window: Window
  }
}

declare module 'markdown-it-footnote' {
  const plugin: (markdownIt: import('markdown-it').MarkdownIt) => void

  // biome-ignore lint/style/noDefaultExport: the package has one.
  export { plugin as default }
}
