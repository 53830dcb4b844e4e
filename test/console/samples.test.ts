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
      'npx sluice verify a.ndjson',
    );
  });
});
