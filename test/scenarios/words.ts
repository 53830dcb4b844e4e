// What the words of a line mean to every verb.

import type { Command } from '../../src/domain/command.ts';
import type { Line } from './line.ts';
import type { StoryWorld } from './story-world.ts';

export type Verb = (world: StoryWorld, line: Line) => Command;

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function readMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = MS[unit];
  if (factor === undefined) throw new Error(`This is no length of time: ${text}`);
  return Number(count) * factor;
}

export function oneOf<T extends string>(values: readonly T[], text: string | undefined): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`${text} is none of ${values.join(', ')}`);
  return found;
}

export const by = (world: StoryWorld, line: Line) => ({
  now: world.now,
  actor: world.actor(line),
});
