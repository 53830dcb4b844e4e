// What is measured: the built Worker, or the skeleton beside it, each in a workerd of its own.
import { join } from 'node:path';
import { buildWorker } from '../tools/edge/build.ts';
import { type Edge, startEdge } from '../tools/edge/serve.ts';
import { PACKAGE_ROOT } from '../tools/package-root.ts';

const SKELETON = { config: 'bench/skeleton/wrangler.toml', folder: 'bench/skeleton' } as const;

/** A Worker that is served for this run alone. */
export interface Subject {
  readonly kind: 'real' | 'skeleton';
  readonly edge: Edge;
  readonly url: string;
  readonly workerdPid: number | undefined;
}

/** Starts the Worker of this tree in open mode. */
export const startReal = async (persistDir: string): Promise<Subject> => {
  const edge = await startEdge({ persistDir });
  return { kind: 'real', edge, url: edge.url, workerdPid: edge.workerdPid };
};

/** Starts the skeleton. */
export const startSkeleton = async (persistDir: string): Promise<Subject> => {
  const script = await buildWorker({ ...SKELETON, script: 'worker.js' });
  const edge = await startEdge({
    persistDir,
    script,
    configPath: join(PACKAGE_ROOT, SKELETON.config),
  });
  return { kind: 'skeleton', edge, url: edge.url, workerdPid: edge.workerdPid };
};
