import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkBundle } from '../../console/src/pages/audit/check-bundle.ts';
import { chainStart } from '../../verify/chain.ts';

const TASK = 'task_0_00000000000000000000';
const AT = '2026-11-21T10:00:00.000Z';
const sha256 = (text: string, encoding: 'hex' | 'base64url' = 'base64url') =>
  createHash('sha256').update(text).digest(encoding);

/** A bundle that somebody has made up: its hashes hold, for anybody can make them, and nobody has signed it. */
async function madeUp(body: string): Promise<string> {
  const [prev, bodyHash] = [await chainStart(TASK), sha256(body)];
  const hash = sha256(['sluice-block-1', prev, 1, 1, AT, 's', 0, '', bodyHash].join('\n'));
  const place = { iss: 'https://sluice.example.com', project: 'prj_1', task: TASK };
  const span = { firstSeq: 1, lastSeq: 1, pruned: [], exportedAt: AT };
  const block = { first: 1, last: 1, at: AT, kind: 's', epoch: 0, producer: null };
  const lines = [
    { k: 'manifest', v: 1, ...place, ...span },
    { k: 'block', ...block, prev, bodyHash, hash, body },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const end = { k: 'end', lines: lines.length, sha256: sha256(text, 'hex') };
  return `${text}${JSON.stringify(end)}\n`;
}

const check = (text: string, keys = '{"keys":[]}') => checkBundle(new Blob([text]), keys);

const event = (members: object) => JSON.stringify([{ type: 'x', seq: 1, data: {}, ...members }]);
const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

describe('an export that somebody has made up', () => {
  it.each([
    ['no JSON', 'x'],
    ['no list', '{}'],
    ['null', 'null'],
    ['null for an event', '[null]'],
    ['an event without data', event({ data: null })],
    ['a task that was created by nobody', event({ type: 'task:created', data: null })],
    ['no artifact', event({ type: 'artifact:added' })],
    ['null for an artifact', event({ type: 'artifact:added', data: { artifact: null } })],
    ['an action that is too deep to be read', `[{"seq":1,"type":"x","data":{"action":${deep}}}]`],
  ])('says the line of a block whose body is %s', async (_, body) => {
    const checked = await check(await madeUp(body));
    expect(checked).toMatchObject({ isGood: false });
    if (!checked.isGood) expect([2, 3]).toContain(checked.line);
  });

  it('does not hold without a signature, however well it agrees with itself', async () => {
    const checked = await check(await madeUp(event({})));
    expect(checked).toMatchObject({ isGood: false, line: 3 });
  });

  it('says the line that is too deep to be read', async () => {
    expect(await check(`${deep}\n`)).toMatchObject({ isGood: false, line: 1 });
  });

  it.each([
    ['cut within a line', (text: string) => text.slice(0, -2)],
    ['cut after a line', (text: string) => `${text.split('\n').slice(0, 2).join('\n')}\n`],
    ['with the line ends of another system', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a mark of the order of bytes', (text: string) => `\ufeff${text}`],
    ['that is empty', () => ''],
  ])('does not hold %s', async (_, change) => {
    expect(await check(change(await madeUp(event({}))))).toMatchObject({ isGood: false });
  });

  it.each(['', 'null', '[]', '{"keys":{}}', '{"keys":[null,1,{"kid":"a"}]}', deep])(
    'does not hold under keys that are none: %.20s',
    async (keys) => {
      expect(await check(await madeUp(event({})), keys)).toMatchObject({ isGood: false });
    },
  );
});
