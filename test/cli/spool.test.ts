// A server that is away while an agent talks: real processes, a scripted server.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScene } from './run-scene.ts';

const LINES = 4_000;
/** Some 2.4 MB, more than the runner keeps in memory. */
const TALKS = `i=1; while [ $i -le ${LINES} ]; do echo "$i ${'x'.repeat(600)}"; i=$((i+1)); done`;

/** For the test to say that the server is away. */
const WAITS = `while [ ! -f "$1/go" ]; do sleep 0.02; done`;

const spooled = (stateDir: string): string[] => {
  const dir = path.join(stateDir, 'sluice', 'spool');
  return existsSync(dir) ? readdirSync(dir).map((name) => path.join(dir, name)) : [];
};

/** Gives the file once so much of it is written. */
const untilSpooled = async (stateDir: string, bytes: number): Promise<string> => {
  for (;;) {
    const file = spooled(stateDir).find((name) => statSync(name).size >= bytes);
    if (file !== undefined) return file;
    await new Promise(setImmediate);
  }
};

describe('output while the server is away', () => {
  it('waits on disk, and afterwards the log is complete, in order, once', async () => {
    const { server, scratch, stateDir, run } = await runScene();
    const running = run(`echo first; ${WAITS}; ${TALKS}`, '--once');
    await server.until(() => server.events.length === 1);
    server.down();
    writeFileSync(path.join(scratch, 'go'), '');
    const file = await untilSpooled(stateDir, 1_000_000);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await server.up();
    expect((await running.ended).code).toBe(0);
    const said = server.messages().map((text) => String(text).split(' ')[0]);
    const lines = Array.from({ length: LINES }, (_, index) => `${index + 1}`);
    expect(said).toEqual(['first', ...lines]);
    expect(spooled(stateDir)).toEqual([]);
  });

  it('is not sent by the next runner when this one was killed: its epoch is dead', async () => {
    const { server, scratch, stateDir, run } = await runScene();
    const running = run(`echo first; ${WAITS}; ${TALKS}; sleep 600`);
    await server.until(() => server.events.length === 1);
    server.down();
    writeFileSync(path.join(scratch, 'go'), '');
    await untilSpooled(stateDir, 1_000_000);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(spooled(stateDir)).toHaveLength(1);
    server.giveAgain();
    await server.up();
    expect((await run('echo anew', '--once').ended).code).toBe(0);
    expect(server.messages().filter((text) => /^\d+ x/.test(String(text)))).toEqual([]);
    expect(server.messages().at(-1)).toBe('anew');
    expect(spooled(stateDir)).toEqual([]);
  });
});
