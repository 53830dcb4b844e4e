// The build of the console. Everything it makes is a file of ours with a hashed name: nothing is inlined, since the policy of
// the page allows no inline script, style or data, and nothing comes from elsewhere.

import { defineConfig } from 'vite';

/** Where `vite dev` finds the API, for a quick loop beside `npm run dev`. */
const API = process.env['SLUICE_URL'] ?? 'http://localhost:3000';
const proxied = { target: API, ws: true, changeOrigin: true };

interface Graph {
  readonly getModuleInfo: (id: string) => { readonly importers: readonly string[] } | null;
}

/** Whether a module is loaded with the page, since it is imported, by others perhaps, from where the console begins. */
function isFirst(id: string, graph: Graph, seen: Set<string> = new Set()): boolean {
  if (/console.src.main\.tsx$/.test(id)) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return graph.getModuleInfo(id)?.importers.some((one) => isFirst(one, graph, seen)) ?? false;
}

/**
 * What the build puts around each `import()`: it would load sheets beside scripts, and there is one sheet, which the page
 * has. A kilobyte for nothing.
 */
const NO_PRELOAD = {
  name: 'no-preload',
  enforce: 'pre',
  load: (id: string) =>
    id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : null,
} as const;

export default defineConfig({
  plugins: [NO_PRELOAD],
  root: import.meta.dirname,
  base: '/console/',
  // Also where NODE_ENV says something else: what tests build is what is served.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  server: { proxy: { '^/(?!console/|@|src/|node_modules/)': proxied } },
  build: {
    target: 'es2022',
    outDir: '../public/console',
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    // One sheet: it is 4 kB, and no page flashes unstyled.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What is loaded before anything is shown is one file: it is fetched at once, and packs better than many.
        codeSplitting: {
          groups: [
            { debugName: 'first', name: (id, graph) => (isFirst(id, graph) ? 'first' : null) },
          ],
        },
      },
    },
  },
});
