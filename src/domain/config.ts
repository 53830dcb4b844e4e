import { Config } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { workflowFaults } from './workflows.ts';

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The config of a project that has changed nothing. */
export function defaultConfig(projectName: string): Config {
  return {
    version: '1.0',
    project: {
      name: projectName,
      testCommand: 'npm test',
      lintCommand: 'npm run lint',
      buildCommand: 'npm run build',
    },
    autonomy: { default: 'review-before-merge', overrides: {} },
    models: { planning: 'opus', implementation: 'sonnet', review: 'haiku' },
    prices: { default: { inputPerMillion: 3, outputPerMillion: 15 } },
    agents: { enabled: [], disabled: ['devops'], custom: {} },
    workflows: {},
    gates: [],
    limits: {
      maxTokensPerTask: 1_000_000,
      maxCostPerTask: 10,
      dailyBudget: 100,
      maxTurns: 100,
      maxConcurrentTasks: 3,
      maxRetries: 3,
      retryDelayMs: 1_000,
      retryBackoffFactor: 2,
      leaseTtlSeconds: 60,
    },
    git: {
      branchPrefix: 'apex/',
      commitFormat: 'conventional',
      autoPush: true,
      defaultBranch: 'main',
      commitAfterSubtask: true,
      pushAfterTask: true,
      createPR: 'always',
      prDraft: false,
      prLabels: [],
      prReviewers: [],
    },
    workspace: { defaultStrategy: 'none', cleanupOnComplete: true },
  };
}

/** What a project has changed, with a further change: objects merge, arrays replace, `null` forgets. */
export function mergePatch(patch: Tree, change: Tree): Tree {
  const merged = new Map<string, unknown>(Object.entries(patch));
  for (const [key, value] of Object.entries(change)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isTree(value) ? mergePatch(isTree(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The defaults with what a project has changed; patches were checked when they came. */
function overlay(base: Tree, patch: Tree): Tree {
  const result = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const below = result.get(key);
    result.set(key, isTree(value) && isTree(below) ? overlay(below, value) : value);
  }
  return Object.fromEntries(result);
}

const isStored = (value: unknown): Tree => (isTree(value) ? value : {});

/** The whole config: defaults, and what was changed. `stored` is what an earlier change left. */
export function wholeConfig(projectName: string, stored: unknown): Config {
  return Config.parse(overlay(defaultConfig(projectName), isStored(stored)));
}

interface Changed {
  readonly stored: Tree;
  readonly config: Config;
}

/** Applies a change, or says the path of each wrong or unknown key; then nothing has changed. */
export function changeConfig(projectName: string, stored: unknown, change: Tree): Result<Changed> {
  const next = mergePatch(isStored(stored), change);
  const parsed = Config.safeParse(overlay(defaultConfig(projectName), next));
  if (parsed.success) {
    const [first, ...more] = workflowFaults(parsed.data);
    if (first === undefined) return ok({ stored: next, config: parsed.data });
    return refuse('invalid_request', first.message, { errors: [first, ...more] });
  }
  const errors = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'invalid_key') {
      const why = issue.issues[0]?.message ?? 'is no name';
      return [{ path: path.join('.'), message: `${path.join('.')} ${why}` }];
    }
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: path.join('.'), message: `${path.join('.')} ${issue.message}` }];
    }
    return issue.keys.map((key) => {
      const whole = [...path, key].join('.');
      return { path: whole, message: `Unknown key: ${whole}` };
    });
  });
  return refuse('invalid_request', errors[0]?.message ?? 'The config is wrong.', { errors });
}
