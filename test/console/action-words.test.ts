import { describe, expect, it } from 'vitest';
import { actionWords, type Words } from '../../console/src/gates/action-words.ts';
import { canonicalJson, hashOf, spreadJson } from '../../console/src/gates/canonical.ts';
import { visible } from '../../console/src/parts/visible.ts';
import type { GateAction } from '../../src/contract/gate.ts';
import { actionHash } from '../../src/domain/action.ts';
import { canonicalJson as ofTheServer } from '../../src/domain/canonical-json.ts';
import { visibleText } from '../../src/domain/visible-text.ts';

const spoken = (words: Words): string =>
  words.map((word) => (typeof word === 'string' ? word : `<${word.code}>`)).join('');
const said = (type: GateAction['type'], target: object, params: object): string =>
  spoken(actionWords({ type, target: { ...target }, params: { ...params } }));

describe('what an action would do', () => {
  it.each([
    ['git.merge', { branch: 'feat/a', into: 'main' }, {}, 'Merge <feat/a> into <main>'],
    ['git.commit', { branch: 'b' }, { fileCount: 1 }, 'Commit 1 file to <b>'],
    ['git.commit', { branch: 'b' }, {}, 'Commit what has changed to <b>'],
    ['git.push', { branch: 'b', remote: 'o' }, { force: true }, 'Push with force <b> to <o>'],
    ['stage.continue', { stage: 'plan' }, { next: 'build' }, 'Go on from <plan> to <build>'],
    ['shell.exec', {}, { argv: ['rm', '-rf', 'a b', '$x'] }, 'Run <rm -rf "a b" "$x">'],
    ['tool.call', { tool: 'Bash' }, {}, 'Call the tool <Bash>'],
    ['deploy', { environment: 'production' }, { release: 'v2' }, 'Deploy <v2> to <production>'],
    ['deploy', { environment: 'production' }, {}, 'Deploy to <production>'],
    [
      'budget.extend',
      { limit: 'task' },
      { from: '2', to: '4' },
      'Raise the limit <task> from <2> to <4>',
    ],
    ['gate.default', {}, {}, 'Let the task go on'],
    ['custom', { name: 'refund' }, {}, 'Do <refund>'],
  ] as const)('%s %j', (type, target, params, sentence) => {
    expect(said(type, target, params)).toBe(sentence);
  });

  it('is told in words that turn nothing around, and no longer than a sentence', () => {
    expect(said('tool.call', { tool: 'a\u202eb' }, {})).toBe('Call the tool <a\ufffdb>');
    expect(said('tool.call', { tool: 'x'.repeat(500) }, {}).length).toBeLessThan(150);
    expect(said('shell.exec', {}, { argv: 'no list' })).toBe('Run <>');
  });
});

describe('the hash of an action in the browser', () => {
  const action: GateAction = {
    type: 'custom',
    target: { name: 'ä' },
    params: { z: [1, { b: null, a: 'x\u202e' }], a: true, left: undefined },
  };

  it('is that of the server', async () => {
    expect(canonicalJson(action)).toBe(ofTheServer(action));
    expect(await hashOf(action)).toBe(actionHash(action));
  });

  it('belongs to all that is shown, with what cannot be seen as escapes', () => {
    expect(JSON.parse(spreadJson(action))).toEqual(JSON.parse(ofTheServer(action)));
    expect(spreadJson(action)).toContain('x\\u202e');
    for (const text of ['a\u202eb', 'a\u200bb\u3164', 'plain text', 'a\u00a0b', 'tab\there']) {
      expect(visible(text)).toBe(visibleText(text));
    }
  });
});
