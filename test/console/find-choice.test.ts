import { describe, expect, it } from 'vitest';
import { fitting, rankOf } from '../../console/src/shell/find-choice.ts';

const choice = (name: string) => ({ id: `task_${name.length}`, name, note: '', run: () => {} });

describe('what the palette offers', () => {
  it.each([
    ['Retry: this task', 'retry', 0],
    ['Cancel: this task', 'task', 1],
    ['Cancel: this task', 'this canc', 1],
    ['Deployments', 'loy', 2],
    ['Deployments', 'loz', null],
    ['Über den Wolken', 'wolk', 1],
    ['Anything', '', 0],
  ])('%s for %j', (name, text, rank) => {
    expect(rankOf(name, text)).toBe(rank);
  });

  it('is in groups, the best of each first, at most eight of each, and no empty group', () => {
    const tasks = Array.from({ length: 20 }, (_, index) => choice(`Mend number ${index}`));
    const groups = [
      { name: 'Here', choices: [choice('Amend it'), choice('Mend it')] },
      { name: 'Go to', choices: [choice('Runners')] },
      { name: 'Tasks', choices: tasks },
    ];
    const found = fitting(groups, 'mend');
    expect(found.map(({ name }) => name)).toEqual(['Here', 'Tasks']);
    expect(found[0]?.choices.map(({ name }) => name)).toEqual(['Mend it', 'Amend it']);
    expect(found[1]?.choices).toHaveLength(12);
  });

  it('a task is found by its id', () => {
    expect(fitting([{ name: 'Tasks', choices: [choice('abc')] }], 'task_3')).toHaveLength(1);
  });
});
