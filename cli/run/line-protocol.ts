// What a command may say of itself in its output: `::sluice {json}` alone on a line. It reports and asks;
// it never decides a gate, raises a budget or declares success.
import type { DecomposeBody } from '../../src/contract/subtask.ts';
import { cleanText, cleanValue } from './clean-text.ts';
import { readDecompose } from './decompose.ts';
import type { GateAsked } from './lease-gates.ts';

export type Said =
  | { readonly kind: 'text' }
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'event'; readonly type: string; readonly data: Record<string, unknown> }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'output'; readonly key: string; readonly value: string }
  | { readonly kind: 'artifact'; readonly asked: AskedArtifact }
  /** The subtasks, or why they were not understood. */
  | { readonly kind: 'decompose'; readonly asked: DecomposeBody | string }
  | { readonly kind: 'gate'; readonly asked: GateAsked }
  | { readonly kind: 'fail'; readonly message: string; readonly retryable: boolean };

export interface LineRules {
  readonly key: string;
  /** Only lines with the key count: text that merely looks so, in a tool's output, stays text. */
  readonly strict: boolean;
}

/** A file of the work tree that is to be kept. */
export interface AskedArtifact {
  readonly path: string;
  readonly name?: string;
  readonly type: string;
}

/** What the next heartbeat tells of the work. */
export interface Progress {
  readonly percent?: number;
  readonly message?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const FORM = /^::sluice(?::(\S+))?(?:\s+(?:(decompose)\s+)?(.*))?$/s;
const LEVELS: readonly unknown[] = ['debug', 'info', 'warn', 'error'];
const ARTIFACT_TYPES: readonly unknown[] = ['file', 'diff', 'report', 'log'];
const KEY_CHARS_MAX = 100;
const OUTPUT_CHARS_MAX = 60_000;

/** Reads one line of output. */
export const readLine = (line: string, rules: LineRules): Said => {
  const match = FORM.exec(line);
  if (match === null) return { kind: 'text' };
  const [, key, verb, json = ''] = match;
  if (key === undefined && rules.strict) return { kind: 'text' };
  if (key !== undefined && key !== rules.key) return unclear('the key is wrong');
  if (verb !== undefined) return { kind: 'decompose', asked: readDecompose(json) };
  const fields = parseFields(json);
  if (fields === undefined) return unclear('it is not a JSON object');
  const { type } = fields;
  const reader =
    typeof type === 'string' && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader === undefined) return unclear('its type is unknown here');
  return reader(fields) ?? unclear(`a member of ${String(type)} is missing or wrong`);
};

const unclear = (why: string): Said => ({ kind: 'unclear', why });

const parseFields = (json: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return cleanValue(value) as Fields;
  } catch {
    return undefined;
  }
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const event = (type: string, data: Record<string, unknown>): Said => ({
  kind: 'event',
  type,
  data,
});

const READERS: Readonly<Record<string, (fields: Fields) => Said | undefined>> = {
  log: ({ level = 'info', message }) =>
    isText(message) && LEVELS.includes(level) ? event('log:entry', { level, message }) : undefined,

  message: ({ message }) => (isText(message) ? event('agent:message', { message }) : undefined),

  thinking: ({ thinking, message }) => {
    const text = thinking ?? message;
    return isText(text) ? event('agent:thinking', { thinking: text }) : undefined;
  },

  'tool-use': ({ tool, input = {} }) =>
    isText(tool) ? event('agent:tool-use', { tool, input }) : undefined,

  'tool-result': ({ tool, output, isError = false }) => {
    if (!isText(tool) || typeof isError !== 'boolean') return undefined;
    return event('agent:tool-result', {
      tool,
      isError,
      ...(output === undefined ? {} : { output }),
    });
  },

  progress: ({ percent, message }) => {
    if (percent !== undefined && !(typeof percent === 'number' && percent >= 0 && percent <= 100)) {
      return undefined;
    }
    if (message !== undefined && !isText(message)) return undefined;
    const progress = {
      ...(percent === undefined ? {} : { percent }),
      ...(message === undefined ? {} : { message: message.slice(0, 1_000).toWellFormed() }),
    };
    return { kind: 'progress', progress };
  },

  usage: (fields) => {
    const counts = pick(fields, COUNTS, isCount);
    const words = pick(fields, ['model', 'scope'], isText);
    const cost = pick(fields, ['reportedCost'], isCost);
    if (counts === undefined || words === undefined || cost === undefined) return undefined;
    return event('usage:report', { inputTokens: 0, outputTokens: 0, ...words, ...counts, ...cost });
  },

  changes: ({ files, insertions = 0, deletions = 0 }) =>
    isCount(files) && isCount(insertions) && isCount(deletions)
      ? event('changes:report', { files, insertions, deletions })
      : undefined,

  output: ({ key, value }) => {
    if (!isText(key) || key === '' || key.length > KEY_CHARS_MAX || value === undefined)
      return undefined;
    const text = isText(value) ? value : JSON.stringify(value);
    return text.length > OUTPUT_CHARS_MAX ? undefined : { kind: 'output', key, value: text };
  },

  checkpoint: ({ sessionId, data = null }) => {
    if (sessionId !== undefined && !isText(sessionId)) return undefined;
    return event('checkpoint:saved', sessionId === undefined ? { data } : { sessionId, data });
  },

  artifact: ({ path, name, kind = 'file' }) => {
    if (!isText(path) || path === '' || !ARTIFACT_TYPES.includes(kind)) return undefined;
    if (name !== undefined && !isText(name)) return undefined;
    const asked = { path, type: String(kind) };
    return { kind: 'artifact', asked: name === undefined ? asked : { ...asked, name } };
  },

  gate: ({ name, action, summary }) => {
    if (!isText(name) || name === '' || name.length > KEY_CHARS_MAX) return undefined;
    if (typeof action !== 'object' || action === null || Array.isArray(action)) return undefined;
    if (summary !== undefined && !isText(summary)) return undefined;
    const advisory = summary === undefined ? {} : { advisory: { summary } };
    return { kind: 'gate', asked: { name, action: { ...action }, ...advisory } };
  },

  fail: ({ message, retryable = true }) =>
    isText(message) && typeof retryable === 'boolean'
      ? { kind: 'fail', message: cleanText(message).slice(0, 10_000), retryable }
      : undefined,
};

const COUNTS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'];

const isCost = (value: unknown): boolean =>
  (typeof value === 'number' && Number.isFinite(value) && value >= 0) ||
  (isText(value) && /^\d{1,12}(\.\d{1,12})?$/.test(value));

/** The members of these names; undefined when one is of a wrong kind. */
const pick = (
  fields: Fields,
  names: readonly string[],
  isRight: (value: unknown) => boolean,
): Record<string, unknown> | undefined => {
  const present = names.filter((name) => fields[name] !== undefined);
  if (!present.every((name) => isRight(fields[name]))) return undefined;
  return Object.fromEntries(present.map((name) => [name, fields[name]]));
};
