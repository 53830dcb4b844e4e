import { Config } from '../contract/config.ts';
import { type FieldError, ok, type Result, refuse } from '../contract/error.ts';
import { workflowFaults } from './workflows.ts';

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every task copies what it needs of it into its log. */
const STORED_CHARS_MAX = 262_144;

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
      stallMinutes: 15,
      onStall: 'none',
      maxWallMinutes: 480,
      onDailyReset: 'resume',
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

interface Fault extends FieldError {
  readonly isUnknown: boolean;
}

const sentence = (path: string, message: string, isUnknown = false): Fault => ({
  path,
  message,
  isUnknown,
});

/** What is wrong with a config, each with its path. */
function faultsOf(tree: Tree): Fault[] {
  const parsed = Config.safeParse(tree);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const whole = path === '' ? key : `${path}.${key}`;
        return sentence(whole, `Unknown key: ${whole}`, true);
      });
    }
    const why = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
    return [sentence(path, `${path} ${why ?? 'is no name'}`)];
  });
}

function wrong(faults: readonly FieldError[]) {
  const errors = faults.map(({ path, message }) => ({ path, message }));
  return refuse('invalid_request', errors[0]?.message ?? 'The config is wrong.', { errors });
}

/** Applies a change, or says the path of each wrong or unknown key; then nothing has changed. */
export function changeConfig(projectName: string, stored: unknown, change: Tree): Result<Changed> {
  const next = mergePatch(isStored(stored), change);
  if (JSON.stringify(next).length > STORED_CHARS_MAX) {
    const message = `The config must be ${STORED_CHARS_MAX} characters or less`;
    return wrong([{ path: '', message }]);
  }
  const defaults = defaultConfig(projectName);
  // A key that is unknown is wrong too where it would only be forgotten.
  const unknown = faultsOf(overlay(defaults, change)).filter(({ isUnknown }) => isUnknown);
  const others = faultsOf(overlay(defaults, next)).filter(({ isUnknown }) => !isUnknown);
  if (unknown.length + others.length > 0) return wrong([...unknown, ...others]);
  const config = Config.parse(overlay(defaults, next));
  const workflows = workflowFaults(config);
  return workflows.length > 0 ? wrong(workflows) : ok({ stored: next, config });
}
