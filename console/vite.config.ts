// The build of the console. Everything it makes is a file of ours with a hashed name: nothing is inlined, since the policy of
// the page allows no inline script, style or data, and nothing comes from elsewhere.

import { defineConfig } from 'vite';

/** Where `vite dev` finds the API, for a quick loop beside `npm run dev`. */
const API = process.env['SLUICE_URL'] ?? 'http://localhost:3000';
const proxied = { target: API, ws: true, changeOrigin: true };

export default defineConfig({
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
    modulePreload: { polyfill: false },
    // One sheet: it is 4 kB, and no page flashes unstyled.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What board, task page and shell share is one file: it is fetched at once, and packs better than many.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules|console.src.(?:api|routing|live|parts.(?!dialog|save))/,
            },
          ],
        },
      },
    },
  },
});
