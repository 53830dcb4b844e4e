// A log line of the common form, read without the schema: lines come by the ten thousand, and a law says that the
// schema would read the same.

import { LogLevel } from '../contract/task.ts';

/** An event of the type `log:entry` that has been read. */
export interface PlainLog {
  readonly n: number;
  readonly at: string | undefined;
  readonly data: { level: string; message: string; agent?: string; stage?: string };
}

/** Written as JSON such a message stays under the limit of an event, were each of its characters escaped. */
const MESSAGE_CHARS_MAX = 10_000;
const NAME_CHARS_MAX = 100;

const LEVELS: ReadonlySet<unknown> = new Set(LogLevel.options);
const ENVELOPE: ReadonlySet<string> = new Set(['n', 'type', 'at', 'data']);
const MEMBERS: ReadonlySet<string> = new Set(['level', 'message', 'agent', 'stage']);

/** An object without any member but these; anything else is the schema's to judge. */
function hasOnly(value: unknown, names: ReadonlySet<string>): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name in value) if (!names.has(name)) return false;
  return true;
}

const isName = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && value.length <= NAME_CHARS_MAX);

/** An instant as `toISOString` writes it, which most clients send. */
const isInstant = (value: unknown): value is string | undefined => {
  if (value === undefined) return true;
  if (typeof value !== 'string' || value.length !== 24) return false;
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === value;
};

/** The line, or undefined for anything that only the schema can judge: what is wrong, and what is rare. */
export function plainLog(raw: unknown): PlainLog | undefined {
  if (!hasOnly(raw, ENVELOPE)) return undefined;
  const { n, type, at, data } = raw;
  if (type !== 'log:entry' || typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1)
    return undefined;
  if (!isInstant(at) || !hasOnly(data, MEMBERS)) return undefined;
  const { level = 'info', message, agent, stage } = data;
  if (typeof level !== 'string' || !LEVELS.has(level)) return undefined;
  if (typeof message !== 'string' || message === '' || message.length > MESSAGE_CHARS_MAX)
    return undefined;
  if (!isName(agent) || !isName(stage)) return undefined;
  const line: PlainLog['data'] = { level, message };
  // In the order of the schema, so that the text of the event is the same.
  if (agent !== undefined) line.agent = agent;
  if (stage !== undefined) line.stage = stage;
  return { n, at, data: line };
}
