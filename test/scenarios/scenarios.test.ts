// Each `.txt` beside this file is a story: lines that ask, `----`, what came of them. It is input and expectation in
// one; running with `-u` writes what comes now, and the difference is what is reviewed.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLine } from './line.ts';
import { VERBS } from './perform.ts';
import { StoryWorld } from './story-world.ts';
import { tell } from './tell.ts';
import { readMs } from './words.ts';

/** A second passes between two lines. */
const PAUSE_MS = 1_000;

/** The lines of a paragraph that ask something; what stands after `----` is only what is expected. */
function asked(paragraph: string): readonly string[] {
  const lines = paragraph.split('\n');
  const end = lines.indexOf('----');
  return end === -1 ? lines : lines.slice(0, end);
}

function performParagraph(world: StoryWorld, paragraph: string): string {
  const lines = asked(paragraph);
  const outcome = lines.flatMap((text) => {
    if (text.startsWith('#')) return [];
    const line = readLine(text);
    const verb = VERBS[line.verb];
    if (verb === undefined) throw new Error(`No story knows the verb ${line.verb}.`);
    // `after=30m`: so much later, and nothing has looked at the clock meanwhile.
    world.now += PAUSE_MS + readMs(line.words['after'] ?? '0s');
    return tell(world.ask(verb(world, line)));
  });
  return [...lines, ...(outcome.length === 0 ? [] : ['----', ...outcome])].join('\n');
}

function perform(story: string): string {
  const world = new StoryWorld();
  const paragraphs = story.trim().split(/\n{2,}/);
  return `${paragraphs.map((paragraph) => performParagraph(world, paragraph)).join('\n\n')}\n`;
}

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));

describe('stories', () => {
  it.each(files.map((file) => [path.basename(file, '.txt'), file]))('%s', async (_name, file) => {
    const where = path.join(import.meta.dirname, file);
    const story = readFileSync(where, 'utf8');
    await expect(perform(story)).toMatchFileSnapshot(where);
  });

  it('are there for each workflow under each level of autonomy', () => {
    for (const workflow of ['feature', 'bugfix', 'refactor']) {
      for (const autonomy of ['full', 'review-before-commit', 'review-before-merge', 'manual']) {
        expect(files).toContain(`run-${workflow}-${autonomy}.txt`);
      }
    }
  });
});
