import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Call, samplesOf } from '../../console/src/parts/samples.ts';

const origin = 'https://sluice.example.com';
const call: Call = {
  does: 'Make a task',
  method: 'POST',
  path: '/tasks',
  body: { description: "it's" },
  cli: 'run -- my-agent',
};

describe('a request as commands', () => {
  it('sends a token only where one is needed: an empty one would be refused', () => {
    expect(samplesOf(call, { origin, needsToken: true }).curl).toBe(
      [
        `curl -X POST '${origin}/tasks'`,
        '-H "Authorization: Bearer $SLUICE_TOKEN"',
        "-H 'Content-Type: application/json'",
        `-d '{"description":"it'\\''s"}'`,
      ].join(' \\\n  '),
    );
    expect(samplesOf(call, { origin, needsToken: false }).curl).not.toContain('Authorization');
  });

  it('tells the command line with which server to speak', () => {
    const where = { origin, needsToken: false };
    expect(samplesOf(call, where).cli).toBe(`npx sluice run --url ${origin} -- my-agent`);
    expect(samplesOf({ ...call, cli: 'verify a.ndjson' }, where).cli).toBe(
      `npx sluice verify a.ndjson --keys ${origin}`,
    );
  });

  it('what the reader has to put in is a variable, and nothing else of a path is code', () => {
    const path = '/tasks/{task}/x?q=$HOME`id`';
    const { curl } = samplesOf(
      { does: '', method: 'GET', path, file: 'a.ndjson' },
      { origin, needsToken: false },
    );
    expect(curl).not.toMatch(/\{task\}/);
    const told = (env: Readonly<Record<string, string>>) =>
      spawnSync('sh', ['-c', `curl() { printf '%s\n' "$@"; }; ${curl}`], { encoding: 'utf8', env });
    expect(told({ TASK_ID: 'task_1' }).stdout.split('\n')).toEqual([
      ...[`${origin}/tasks/task_1/x?q=$HOME\`id\``, '-o', 'a.ndjson', ''],
    ]);
    expect(told({}).stdout).toBe('');
    expect(told({}).stderr).toContain('TASK_ID: the id of the task');
  });

  it('so it is in a body, where a member is nothing else', () => {
    const body = { endpointId: '{endpoint}', payload: '{"a":"{x} \\"{y}\\""}' };
    const sample: Call = { does: '', method: 'POST', path: '/v1/webhooks/verify', body };
    const { curl } = samplesOf(sample, { origin, needsToken: false });
    const { stdout } = spawnSync('sh', ['-c', `curl() { printf '%s' "$7"; }; ${curl}`], {
      encoding: 'utf8',
      env: { ENDPOINT_ID: 'whe_1' },
    });
    expect(JSON.parse(stdout)).toEqual({ ...body, endpointId: 'whe_1' });
  });

  it('what no single request does is for the command line alone', () => {
    const alone = { ...call, isCliAlone: true } as const;
    expect(samplesOf(alone, { origin, needsToken: false }).curl).toBe(null);
  });
});
