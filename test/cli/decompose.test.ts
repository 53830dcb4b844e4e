// How an agent asks for subtasks, by the real command.
import { describe, expect, it } from 'vitest';
import { readDecompose } from '../../cli/run/decompose.ts';
import { runScene } from './run-scene.ts';

const FENCE = '```';
const TWO = { subtasks: [{ description: 'the API' }, { description: 'the form', effort: 'low' }] };
const ONE = { strategy: 'parallel', subtasks: [{ description: 'all of it' }] };
const line = (asked: unknown): string => `::sluice decompose ${JSON.stringify(asked)}`;
const block = (asked: unknown): string =>
  `${FENCE}decompose\n${JSON.stringify(asked, null, 2)}\n${FENCE}`;
const many = (count: number) => ({
  subtasks: Array.from({ length: count }, (_, index) => ({ description: `part ${index}` })),
});

/** The answer of a stage whose agent prints this text, from its prompt, to this stream. */
const answerTo = async (text: string, script = 'cat', ...flags: string[]) => {
  const { server, run } = await runScene(text);
  await run(script, '--once', ...flags).ended;
  const warnings = server.events.filter(({ data }) => data['level'] === 'warn');
  return { result: server.results[0], messages: server.messages(), warnings };
};

describe('an agent asks for subtasks', () => {
  it('by a line', async () => {
    const { result, warnings } = await answerTo(`ready\n${line(TWO)}\n`);
    expect(result).toMatchObject({ outcome: 'completed', decompose: TWO, summary: 'ready' });
    expect(warnings).toEqual([]);
  });

  it('by a block, which is logged and is no summary', async () => {
    const { result, messages } = await answerTo(`Here is my plan:\n${block(TWO)}`);
    expect(result).toMatchObject({ decompose: TWO, summary: 'Here is my plan:' });
    expect(messages).toEqual(
      expect.arrayContaining([`${FENCE}decompose`, '  "subtasks": [', FENCE]),
    );
  });

  it('by a block that it writes slowly', { timeout: 15_000 }, async () => {
    const [half = '', rest = ''] = block(ONE).split('of it');
    const script = `printf '%s' '${half}'; sleep 2.5; printf '%s\\n' 'of it${rest}'`;
    expect((await answerTo('', script)).result).toMatchObject({ decompose: ONE });
  });

  it.each([
    ['a line after a block', `${block(TWO)}\n${line(ONE)}\n`],
    ['a block after a line', `${line(TWO)}\n${block(ONE)}\n`],
    ['a block after a block', `${block(TWO)}\n${block(ONE)}\n`],
  ])('as often as it likes, and the last word counts: %s', async (_, text) => {
    expect((await answerTo(text)).result?.decompose).toEqual(ONE);
  });

  it.each([
    [
      'a line that is no JSON',
      '::sluice decompose {"subtasks"',
      /^This ::sluice line was not .*JSON/,
    ],
    ['a line with too many', line(many(51)), /more than 50 subtasks/],
    [
      'a block that is no JSON',
      `${FENCE}decompose\n{,}\n${FENCE}`,
      /^The decompose block .*not JSON/,
    ],
    ['a block with too many', block(many(51)), /more than 50 subtasks/],
    ['a block that does not end', `${FENCE}decompose\n{}`, /it is not closed/],
    [
      'a block of 70 kB',
      `${FENCE}decompose\n${'[\n'.repeat(35_000)}${FENCE}`,
      /larger than 64 KiB/,
    ],
  ])('in vain with %s, and what it asked for before is void', async (_, text, why) => {
    const { result, warnings } = await answerTo(`${line(ONE)}\n${text}\n`);
    expect(result?.outcome).toBe('completed');
    expect(result).not.toHaveProperty('decompose');
    expect(warnings.map(({ data }) => data['message'])).toEqual([expect.stringMatching(why)]);
  });

  it('on stdout, and in a stage that succeeds', async () => {
    expect((await answerTo(block(TWO), 'cat >&2')).result).not.toHaveProperty('decompose');
    const failed = await answerTo(line(TWO), 'cat; exit 1');
    expect(failed.result).not.toHaveProperty('decompose');
  });

  it('by lines with the key alone, where only those count', async () => {
    const text = `${block(TWO)}\n${line(TWO)}\n`;
    const plain = await answerTo(text, 'cat', '--strict-lines');
    expect(plain.result).not.toHaveProperty('decompose');
    expect(plain.messages).toContain(line(TWO));
    const script = `echo "::sluice:$SLUICE_LINE_KEY decompose $(cat)"`;
    const keyed = await answerTo(JSON.stringify(ONE), script, '--strict-lines');
    expect(keyed.result?.decompose).toEqual(ONE);
  });

  it('and the stage fails where the server refuses them', async () => {
    const { server, run } = await runScene(line(TWO));
    server.refusals = ['Description is required'];
    await run('cat', '--once').ended;
    expect(server.results).toHaveLength(2);
    expect(server.results[1]).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'result_refused',
        message: expect.stringContaining('Description is required'),
      },
    });
    expect(server.results[1]).not.toHaveProperty('decompose');
  });
});

describe('what is asked', () => {
  it.each([
    '[]',
    'null',
    '{}',
    '{"subtasks":{}}',
    '{"subtasks":[]}',
    '{"subtasks":["a"]}',
    '{"subtasks":[null]}',
    '{"subtasks":[{"description":1}]}',
  ])('is not understood: %s', (json) => {
    expect(readDecompose(json)).toMatch(/^it(?:s subtasks| is)/);
  });

  it('is at most 50 subtasks, passed on with all they say, fit to be stored', () => {
    expect(readDecompose(JSON.stringify(many(50)))).toEqual(many(50));
    const asked = { subtasks: [{ description: 'a\0b', dependsOn: ['c\ud800'] }], reason: 'd' };
    expect(readDecompose(JSON.stringify(asked))).toEqual({
      subtasks: [{ description: 'a\ufffdb', dependsOn: ['c\ufffd'] }],
      reason: 'd',
    });
  });
});
