import { describe, expect, it } from 'vitest';
import { isPerson, LiveLines } from '../../cli/live-lines.ts';
import { queueSentence } from '../../cli/run/queue-sentence.ts';

const ESC = String.fromCharCode(0x1b);
const WRITTEN = new RegExp(`${ESC}\\[(\\d+)A|${ESC}\\[(J)|\\r|\\n|[^${ESC}\\r\\n]+`, 'g');

/** A screen of lines that understands what is written here and no more. */
const screenOf = (columns: number) => {
  const rows = [''];
  const write = (text: string): boolean => {
    for (const [part, up, isClear] of text.matchAll(WRITTEN)) {
      if (up !== undefined) {
        for (const row of rows.splice(rows.length - Number(up))) expect(row).toBeDefined();
      } else if (isClear !== undefined) rows[rows.length - 1] = '';
      else if (part === '\n') rows.push('');
      else if (part !== '\r') rows[rows.length - 1] += part;
    }
    return true;
  };
  return { rows, stream: { write, columns, isTTY: true } };
};

describe('the lines below all others', () => {
  it('stay below what is written, and leave nothing behind', () => {
    const { rows, stream } = screenOf(40);
    const live = new LiveLines(stream, true);
    let lines = ['one', 'two'];
    live.follow(() => lines);
    expect(rows).toEqual(['one', 'two']);
    live.above('said');
    expect(rows).toEqual(['said', 'one', 'two']);
    lines = ['three'];
    live.above('said more');
    expect(rows).toEqual(['said', 'said more', 'three']);
    live.end();
    expect(rows).toEqual(['said', 'said more', '']);
  });

  it('are never longer than the terminal is wide', () => {
    const { rows, stream } = screenOf(10);
    const live = new LiveLines(stream, true);
    live.follow(() => ['0123456789ABC', '漢字漢字漢字']);
    expect(rows).toEqual(['01234567…', '漢字漢…']);
    live.end();
  });

  it('are not drawn where nobody looks', () => {
    const { rows, stream } = screenOf(40);
    const live = new LiveLines(stream, false);
    live.follow(() => ['one']);
    live.above('said');
    live.end();
    expect(rows).toEqual(['said', '']);
  });

  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ CI: 'true' }, true, false],
    [{ CLAUDECODE: '1' }, true, false],
  ])('are for a person: %j, terminal %s', (env, isTTY, isShown) => {
    expect(isPerson({ isTTY }, env)).toBe(isShown);
  });
});

describe('an empty claim', () => {
  it('says what waits for what, and nothing of an empty queue', () => {
    const waiting = { dependency: 1, concurrency: 2, budget: 0, labels: 1, backoff: 0 };
    expect(queueSentence({ claimable: 0, waiting })).toBe(
      'No task can be claimed: 1 waits for other tasks, 2 wait for their turn, as many run as may, ' +
        '1 waits for a runner with other labels.',
    );
    expect(queueSentence({})).toBe('');
  });
});
