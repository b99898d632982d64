import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const gateway = process.env.STREAMSEAL_DEV_GATEWAY ?? 'http://127.0.0.1:8787'

// The pages are plain files: no inline script or style (the gateway's policy forbids both), no data: URLs.
export default defineConfig({
  root: here('.'),
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  // Workspaces are built from source, so that no package's `dist` stands between an edit and the page.
  resolve: { conditions: ['@streamseal/source', 'module', 'browser', 'import', 'default'] },
  // The verifier's worker loads what it needs for C2PA when a text asks for it.
  worker: { format: 'es' },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    // `light-dark()` and nesting stay as they are: both are in every browser of the last two years.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here('index.html'), verify: here('verify.html') },
      // How long a plugin took says something of the machine, and nothing that a build should warn of.
      checks: { pluginTimings: false },
    },
  },
  server: {
    proxy: {
      '^/(v1|query|[.]well-known|healthz)': gateway,
      // The page and the route share a path: only the page is asked for with GET.
      '/verify': {
        target: gateway,
        bypass: request => (request.method === 'POST' ? undefined : '/verify.html'),
      },
    },
  },
})
