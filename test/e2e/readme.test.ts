// README.md keeps its word. A fenced `sh` block right after `<!-- test -->` is run; a block right after it marked
// `<!-- output -->` is the whole of what it must print, `…` for any text. All blocks run in their order in one
// shell, in the clone, against a server of their own: `localhost:3000` becomes that server, `SLUICE_URL` says
// where it is, and `TASK` is the last task that a block has printed as `"taskId"`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevServer, serve } from './world/dev-server.ts';
import { patternOf, testedBlocks } from './world/fenced-blocks.ts';
import { makeDir, ROOT } from './world/place.ts';
import { ShellSession } from './world/shell-session.ts';
import { cleanEnv } from './world/started.ts';

const BLOCK_MS = 60_000;
const blocks = testedBlocks(readFileSync(path.join(ROOT, 'README.md'), 'utf8'));

describe('README.md', () => {
  let server: DevServer;
  let shell: ShellSession;

  beforeAll(async () => {
    server = await serve();
    const { PATH = '' } = process.env;
    const env = { SLUICE_URL: server.url, XDG_STATE_HOME: makeDir(), PATH };
    shell = new ShellSession(ROOT, cleanEnv(env));
  });

  afterAll(async () => {
    await shell.end();
    await server.stop();
  });

  it('has blocks that are tested', () => expect(blocks).not.toEqual([]));

  it.each(blocks)('does what the block of line $line says', async ({ script, output }) => {
    const here = script.replaceAll('localhost:3000', `localhost:${server.port}`);
    const { code, stdout } = await shell.run(here, BLOCK_MS);
    const printed = stdout.replaceAll(`localhost:${server.port}`, 'localhost:3000').trim();
    expect(code, printed).toBe(0);
    if (output !== undefined) expect(printed).toMatch(patternOf(output));
    const taskId = /"taskId": ?"(task_\w+)"/.exec(printed)?.[1];
    if (taskId !== undefined) await shell.run(`TASK=${taskId}`, BLOCK_MS);
  });
});

describe('the reader of tested blocks', () => {
  const fence = '```';
  const block = (mark: string, language: string, text: string) =>
    `${mark}\n${fence}${language}\n${text}\n${fence}\n`;

  it('takes the marked blocks with their outputs and leaves the rest', () => {
    const text = [
      block('', 'sh', 'rm -rf /'),
      block('<!-- test -->', 'sh', 'echo a\necho b'),
      block('<!-- output -->', '', 'a\n…'),
      block('<!-- test -->', 'sh', 'true'),
    ].join('\n');
    expect(testedBlocks(text)).toEqual([
      { line: 7, script: 'echo a\necho b', output: 'a\n…' },
      { line: 19, script: 'true', output: undefined },
    ]);
  });

  it.each([
    ['a mark before no block', '<!-- test -->\n\ntext\n', 'before no block'],
    ['an output of nothing', block('<!-- output -->', '', 'a'), 'follows no test'],
    ['a test in another language', block('<!-- test -->', 'js', 'a'), 'is not `sh`'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => testedBlocks(text)).toThrow(message);
  });

  it('compares the whole output, `…` standing for any text', () => {
    expect('{"id":"x1","n":2}').toMatch(patternOf('{"id":"…","n":2}'));
    expect('a\nb\nc').toMatch(patternOf('a\n…\nc\n'));
    expect('{"n":2} more').not.toMatch(patternOf('{"n":2}'));
    expect('aXb').not.toMatch(patternOf('a.b'));
  });
});
