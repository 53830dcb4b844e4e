// Standing approvals in words, and out of the fields of a form. Pure.

import type { Standing } from '../../../../src/contract/standing.ts';
import type { Words } from '../../gates/action-words.ts';
import { visible } from '../../parts/visible.ts';

type Match = Standing['match'];

const code = (text: string): { readonly code: string } => ({ code: visible(text) });

/** What it agrees to. */
export function matchWords(match: Match): Words {
  switch (match.type) {
    case 'shell.exec':
      return [
        'Run ',
        code(match.argv.map((one) => (/\s/.test(one) ? JSON.stringify(one) : one)).join(' ')),
      ];
    case 'tool.call':
      return ['Call the tool ', code(match.tool), ' with ', code(JSON.stringify(match.input))];
    case 'git.push':
      return ['Push ', code(match.branch), ' to ', code(match.remote)];
    case 'custom':
      return ['Do ', code(match.name), ' with ', code(JSON.stringify(match.data))];
    default:
      return match satisfies never;
  }
}

export const MATCH_TYPES = ['shell.exec', 'tool.call', 'git.push', 'custom'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

/** The fields of a form by their names. */
export type Fields = Readonly<Record<string, string>>;

/** The body of the request that grants it; a text says what is wrong with the fields. */
export function bodyOf(fields: Fields, nowMs: number): Record<string, unknown> | string {
  const match = matchOf(fields);
  if (typeof match === 'string') return match;
  const { environment = '', maxUses = '', maxCostUsd = '', hours = '' } = fields;
  return {
    match,
    environment,
    maxUses: Number(maxUses),
    ...(maxCostUsd === '' ? {} : { maxCostUsd: Number(maxCostUsd) }),
    expiresAt: new Date(nowMs + Number(hours) * 3_600_000).toISOString(),
  };
}

function matchOf(fields: Fields): Record<string, unknown> | string {
  const {
    type = '',
    argv = '',
    tool = '',
    remote = '',
    branch = '',
    name = '',
    data = '',
  } = fields;
  if (type === 'shell.exec') return { type, argv: argv.split('\n').filter((line) => line !== '') };
  if (type === 'git.push') return { type, remote, branch };
  const members = membersOf(data);
  if (members === null) return 'The members must be a JSON object, such as {"command":"*"}.';
  return type === 'tool.call' ? { type, tool, input: members } : { type, name, data: members };
}

function membersOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
