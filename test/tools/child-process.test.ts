import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runToEnd, startChild } from '../../tools/child-process.ts';
import { makeDirectory } from './directory.ts';

// Real processes are slow where many run at a time.
vi.setConfig({ testTimeout: 60_000 });

/** A process with a child. Neither ends when asked to; the child holds a connection for as long as it lives. */
const PARENT = `
const { spawn } = require('node:child_process');
process.on('SIGTERM', () => {});
spawn(process.execPath, ['-e', process.env.CHILD]);
setInterval(() => {}, 1e6);
`;
const CHILD = `
process.on('SIGTERM', () => {});
require('node:net').connect(process.env.SOCKET);
setInterval(() => {}, 1e6);
`;

test('a group in which nobody obeys is killed whole', async () => {
  const directory = makeDirectory();
  const path = join(directory, 'alive.sock');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  const parent = startChild({
    command: process.execPath,
    args: ['-e', PARENT],
    cwd: directory,
    env: { ...process.env, CHILD, SOCKET: path },
    output: 'keep',
  });
  const [connection] = await once(server, 'connection');
  const closed = once(connection.resume(), 'close');
  await parent.end(100);
  expect(await parent.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await closed;
});

test('a command that does not exist ends with 127 and says why', async () => {
  const run = await runToEnd({ command: 'no-such-command', args: [], cwd: makeDirectory() });
  expect(run).toMatchObject({ code: 127, output: expect.stringContaining('ENOENT') });
});

test('output is kept to the end', async () => {
  const run = await runToEnd({
    command: process.execPath,
    args: ['-p', '6*7'],
    cwd: makeDirectory(),
  });
  expect(run).toMatchObject({ code: 0, output: '42\n' });
});
