// The build of the reference at /docs/: beside the console, in its look, with a page, a script and a sheet of its own.

import { defineConfig } from 'vite';
import console from './vite.config.ts';

export default defineConfig({
  ...console,
  base: '/docs/',
  build: {
    ...console.build,
    outDir: '../public/docs',
    rolldownOptions: { input: `${import.meta.dirname}/docs.html` },
  },
});
