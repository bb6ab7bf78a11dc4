// How the web pages are built: an entry for each application out of web/, icons inlined one by one, the font on its way with the page.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { APPLICATIONS, applicationOf } from './src/shell/servers/http/addresses.ts'

const root = import.meta.dirname
const italia = join(root, 'node_modules', 'bootstrap-italia')

/** All but what is one application's own, and the English texts. */
const SHARED =
  /^(?!.*(?:web\/(?:portal|order|operator|account|mail|help|staff|verifier)\/|\/texts\/(?:portal|wizard|renewal)|\.en\.ts))/

/** `import check from 'icon:check'` gives the shapes of `it-check.svg`: only the icons that are used travel. */
const icons = (): Plugin => {
  const prefix = '\0icon:'
  return {
    name: 'icons',
    resolveId: (id) => (id.startsWith('icon:') ? `\0${id}` : undefined),
    load: async (id) => {
      if (!id.startsWith(prefix)) return undefined
      const svg = await readFile(join(italia, 'src', 'svg', `it-${id.slice(prefix.length)}.svg`), 'utf8')
      const paths = [...svg.matchAll(/<path[^>]*?\sd="([^"]+)"/g)].map((found) => found[1]!.replace(/\s+/g, ' '))
      const rectangle = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" *\/>/g
      const rectangles = [...svg.matchAll(rectangle)].map(([, x, y, w, h]) => `M${x},${y}h${w}v${h}h-${w}z`)
      const drawn = [...svg.matchAll(/<(?!svg|\/|g[\s>])(\w+)/g)]
      if (paths.length + rectangles.length !== drawn.length) throw new Error(`${id}: shapes that are not known here`)
      return `export default ${JSON.stringify([...paths, ...rectangles].join(''))}`
    },
  }
}

/** The regular weight begins to load with the page, not after its style. */
const preloadFont = (): Plugin => ({
  name: 'preload-font',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((name) => /regular[^/]*\.woff2$/.test(name))
        .map((name) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${name}`, crossorigin: '' },
          injectTo: 'head' as const,
        })),
  },
})

/** In development: the addresses of each application lead to its page. */
const addresses = (): Plugin => ({
  name: 'addresses',
  configureServer: (server) => {
    server.middlewares.use((request, _, next) => {
      const path = (request.url ?? '/').split('?')[0]!
      if (request.headers.accept?.includes('text/html') && !path.startsWith('/api/')) {
        request.url = `/${applicationOf(path) ?? 'portal'}/index.html`
      }
      next()
    })
  },
})

export default defineConfig({
  root: join(root, 'web'),
  base: '/',
  publicDir: join(root, 'web', 'public'),
  plugins: [icons(), preloadFont(), addresses()],
  // React's interface on Preact: a third of the pages' weight. docs/decisions/0013-preact.md
  resolve: {
    alias: [
      // The core hashes with Node's createHash: in a browser it is this. docs/decisions/0023-verifying-in-the-browser.md
      { find: /^node:crypto$/, replacement: join(root, 'web', 'verifier', 'createHash.ts') },
      { find: /^react$/, replacement: 'preact/compat' },
      { find: /^react\/(jsx-(?:dev-)?runtime)$/, replacement: 'preact/$1' },
      { find: /^react-dom$/, replacement: 'preact/compat' },
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
    ],
  },
  css: {
    preprocessorOptions: {
      scss: { loadPaths: [join(italia, 'src', 'scss')], quietDeps: true, silenceDeprecations: ['import'] },
    },
  },
  build: {
    outDir: join(root, 'dist', 'web'),
    emptyOutDir: true,
    target: ['chrome109', 'firefox115', 'safari16'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // What several applications share comes in one file: over a slow network each more waits its turn.
      output: {
        codeSplitting: { groups: [{ name: 'ui', test: SHARED, minShareCount: 3 }] },
        // At the root, under a name that stays: browsers look there for a newer one.
        entryFileNames: ({ name }) => (/worker$/.test(name) ? '[name].js' : 'assets/[name]-[hash].js'),
      },
      checks: { pluginTimings: false },
      input: {
        ...Object.fromEntries(APPLICATIONS.map((name) => [name, join(root, 'web', name, 'index.html')])),
        worker: join(root, 'web', 'worker', 'worker.ts'),
        'posta-worker': join(root, 'web', 'worker', 'posta-worker.ts'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
