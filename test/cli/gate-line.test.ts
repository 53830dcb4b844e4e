// `::sluice {"type":"gate",…}`: an agent that cannot run a command asks people by a line.
import { describe, expect, it } from 'vitest';
import { readLine } from '../../cli/run/line-protocol.ts';
import { gateOf, PUSH } from './gate-server.ts';
import { runScene } from './run-scene.ts';
import { TASK } from './scripted-server.ts';

const line = (fields: object, key = '') =>
  `::sluice${key} ${JSON.stringify({ type: 'gate', ...fields })}`;
const ASKED = { name: 'push', action: PUSH, summary: 'ships it' };
const echo = (text: string) => `printf '%s\\n' '${text}'`;

describe('a line that asks people', () => {
  it('is read with its name, its action and what explains it', () => {
    const { summary, ...asked } = ASKED;
    const said = { kind: 'gate', asked: { ...asked, advisory: { summary } } };
    expect(readLine(line(ASKED), { key: 'k3y', strict: false })).toEqual(said);
    expect(readLine(line(ASKED, ':k3y'), { key: 'k3y', strict: true })).toEqual(said);
    expect(readLine(line(ASKED), { key: 'k3y', strict: true })).toEqual({ kind: 'text' });
  });

  it.each([
    ['no action', { name: 'push' }],
    ['no name', { action: PUSH }],
    ['an action that is a list', { name: 'push', action: [] }],
    ['a summary that is no text', { ...ASKED, summary: 1 }],
  ])('with %s is not understood', (_, fields) => {
    const { kind } = readLine(line(fields), { key: 'k3y', strict: false });
    expect(kind).toBe('unclear');
  });

  it('takes no decision, no policy and no lease from the agent', () => {
    const greedy = { decision: 'approved', policy: { required: 0 }, leaseId: 'lse_2', epoch: 9 };
    const said = readLine(line({ ...ASKED, ...greedy }), { key: 'k3y', strict: false });
    expect(said).toEqual(readLine(line(ASKED), { key: 'k3y', strict: false }));
  });

  it('opens the gate under the lease of its runner, and the log says how it stands', async () => {
    const { server, run } = await runScene();
    server.onGate = () => ({ status: 201, body: gateOf() });
    await run(echo(line(ASKED)), '--once').ended;
    const asked = server.asked.filter(({ path }) => path.endsWith('/gates'));
    expect(asked).toEqual([
      {
        path: `/tasks/${TASK}/gates`,
        body: {
          ...{ leaseId: 'lse_1', epoch: 7, name: 'push', action: PUSH },
          advisory: { summary: 'ships it' },
        },
      },
    ]);
    expect(server.messages()).toContain('The gate push is pending');
    expect(server.results[0]).toMatchObject({ outcome: 'completed' });
  });

  it('that is refused is a warning in the log, and the stage goes on', async () => {
    const { server, run } = await runScene();
    const body = { code: 'too_many_gates', error: 'A task asks for 50 gates at most.' };
    server.onGate = () => ({ status: 409, body });
    await run(`${echo(line(ASKED))}; echo on`, '--once').ended;
    const message = 'The gate push was not opened: A task asks for 50 gates at most.';
    const warned = server.events.find(({ data }) => data['message'] === message);
    expect(warned?.data).toMatchObject({ level: 'warn' });
    expect(server.messages()).toContain('on');
    expect(server.results[0]).toMatchObject({ outcome: 'completed' });
  });
});
