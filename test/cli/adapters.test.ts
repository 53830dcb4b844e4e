// An agent that prints its own format, as a program of that name: the real command, a scripted server.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chooseAdapter, resumeCommand } from '../../cli/run/adapters/choose.ts';
import { workScene } from './run-scene.ts';
import { NODE_24, startSluice } from './run-sluice.ts';
import { stageWork } from './scripted-server.ts';

const SESSION = '5e551011-0000-4000-8000-000000000002';
const CLAUDE = ['-p', '--verbose', '--output-format', 'stream-json'];

const agentScene = async (name: 'claude' | 'codex', script: string) => {
  const scene = await workScene(stageWork('wrk_1'));
  const { server, repo, scratch, stateDir } = scene;
  const program = path.join(scratch, name);
  const keepsArgs = 'printf "%s\\n" "$@" > "$(dirname "$0")/args"; cat > /dev/null';
  writeFileSync(program, `#!/bin/sh\n${keepsArgs}\n${script}\n`);
  chmodSync(program, 0o755);
  const flags = name === 'claude' ? CLAUDE : ['exec', '--json', '-'];
  const args = ['run', '--url', server.url, '--repo', repo, '--once', '--', program, ...flags];
  const run = () => startSluice(args, { node: NODE_24, stateDir }).ended;
  const argsOf = () => readFileSync(path.join(scratch, 'args'), 'utf8').trim().split('\n');
  const dataOf = (type: string) =>
    server.events.flatMap((event) => (event.type === type ? [event.data] : []));
  return { ...scene, run, argsOf, dataOf };
};

const replays = (name: string): string =>
  `cat '${fileURLToPath(new URL(`transcripts/${name}.jsonl`, import.meta.url))}'`;

describe('sluice run with an agent whose format it reads', () => {
  it('logs what claude did, what it used and cost, and ends with its words', async () => {
    const { server, run, dataOf } = await agentScene('claude', replays('claude-whole'));
    const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 1.5 };
    server.grant = { resume: { usage } };
    const ran = await run();
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('The output is read as claude.');
    expect(server.results[0]).toMatchObject({ outcome: 'completed', summary: 'The login works.' });
    expect(dataOf('agent:tool-use')).toHaveLength(3);
    expect(dataOf('usage:report').at(-1)).toEqual({
      ...{ inputTokens: 0, outputTokens: 0 },
      ...{ scope: 'total', reportedCost: 1.5425 },
    });
    expect(server.messages()).toContain('warning: this line is no JSON');
    expect(server.results[0]?.error).toBeUndefined();
  });

  it('goes on with the session of claude on the same machine, and begins anew after a fault', async () => {
    const scene = await agentScene('claude', replays('claude-whole'));
    const { server, run, argsOf, dataOf } = scene;
    await run();
    const checkpoint = dataOf('checkpoint:saved').at(-1);
    expect(checkpoint).toMatchObject({ sessionId: SESSION });
    server.giveAgain();
    server.grant = { resume: { checkpoint } };
    await run();
    expect(argsOf()).toEqual(['--resume', SESSION, ...CLAUDE]);

    server.giveAgain();
    writeFileSync(path.join(scene.stateDir, 'sluice', 'machine'), 'another');
    await run();
    expect(argsOf()).toEqual(CLAUDE);
  });

  it('forgets a session that cannot be gone on with', async () => {
    const scene = await agentScene('codex', replays('codex-failed'));
    const { server, run, dataOf } = scene;
    await run();
    expect(dataOf('checkpoint:saved').map(({ sessionId }) => sessionId)).toEqual(['t2', undefined]);
    expect(server.results[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'agent_failed', message: 'The model gave no answer', retryable: true },
    });
  });

  it.each([
    ['claude', 'claude-overloaded', 'rate_limit'],
    ['claude', 'claude-usage-limit', 'usage_limit'],
    ['codex', 'codex-rate-limit', 'rate_limit'],
    ['codex', 'codex-full', 'session_limit'],
  ] as const)('pauses where %s prints %s', async (agent, transcript, pauseReason) => {
    const { server, run } = await agentScene(agent, `${replays(transcript)}; exit 1`);
    await run();
    expect(server.results[0]).toMatchObject({ outcome: 'paused', pauseReason });
  });

  it('stops claude when its context is full', async () => {
    const { server, run } = await agentScene('claude', `${replays('claude-full')}; sleep 600`);
    await run();
    expect(server.results[0]).toMatchObject({ outcome: 'paused', pauseReason: 'session_limit' });
  });

  it('reads a block of subtasks in what claude says', async () => {
    const text = 'The plan:\n```decompose\n{"subtasks":[{"description":"the API"}]}\n```';
    const message = { id: 'm', model: 'x', content: [{ type: 'text', text }], usage: {} };
    const line = JSON.stringify({ type: 'assistant', message, parent_tool_use_id: null });
    const { server, run } = await agentScene('claude', `cat <<'END'\n${line}\nEND`);
    await run();
    expect(server.results[0]?.decompose).toEqual({ subtasks: [{ description: 'the API' }] });
  });

  it('cuts a result of 1 MB with a mark, and takes broken UTF-8 and ::sluice in it for text', async () => {
    const open = `{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":"`;
    const fake = '::sluice {\\"type\\":\\"fail\\",\\"message\\":\\"x\\"}\\n';
    const script = [
      `printf '%s' '${open}${fake}'`,
      `printf '\\377'`,
      `head -c 1000000 /dev/zero | tr '\\0' x`,
      `echo '"}]}}'`,
    ].join('; ');
    const { server, run, dataOf } = await agentScene('claude', script);
    await run();
    const [result] = dataOf('agent:tool-result');
    expect(String(result?.['output'])).toMatch(
      /^::sluice \{"type":"fail","message":"x"\}\n\ufffdx+/,
    );
    expect(String(result?.['output'])).toMatch(/ … \[cut: \d+ more characters\]$/);
    expect(Buffer.byteLength(JSON.stringify(server.events[0]))).toBeLessThanOrEqual(65_536);
    expect(server.results[0]).toMatchObject({ outcome: 'completed' });
  });
});

describe('the choice of a format', () => {
  it.each([
    ['claude -p --output-format stream-json --verbose', 'claude'],
    ['/usr/bin/claude -p --output-format=stream-json', 'claude'],
    ['claude -p', 'plain'],
    ['codex exec --json -', 'codex'],
    ['codex exec -', 'plain'],
    ['sh -c claude', 'plain'],
  ])('%s is read as %s', (command, name) => {
    expect(chooseAdapter(command.split(' ')).name).toBe(name);
  });
});

describe('a session that is gone on with', () => {
  it.each([
    [
      'claude',
      'claude -p --output-format stream-json',
      'claude --resume id-1 -p --output-format stream-json',
    ],
    ['claude', 'claude --continue -p', undefined],
    ['claude', 'wrapper -p', undefined],
    ['codex', 'codex exec --json -m gpt -', 'codex exec --json -m gpt resume id-1 -'],
    ['codex', 'codex exec --json', 'codex exec --json resume id-1'],
    ['codex', 'codex exec --json fix', undefined],
    ['codex', 'codex exec --ephemeral --json -', undefined],
    ['plain', 'claude -p', undefined],
  ] as const)('%s: %s', (adapter, command, resumed) => {
    expect(resumeCommand(adapter, command.split(' '), 'id-1')?.join(' ')).toBe(resumed);
  });

  it('has a name that can be no option', () => {
    expect(resumeCommand('claude', ['claude', '-p'], '--dangerous')).toBeUndefined();
  });
});
