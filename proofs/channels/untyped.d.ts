declare module '@joplin/turndown-plugin-gfm' {
  import type TurndownService from 'turndown'

  const plugins: { gfm: TurndownService.Plugin }

  // biome-ignore lint/style/noDefaultExport: the package has one.
  export { plugins as default }
}
