import { describe, expect, it } from 'vitest';
import { missingScript } from '../../cli/run/npm-script.ts';
import { temporaryDir, write } from './temp-repo.ts';

const dirWith = (manifest: unknown): string => {
  const dir = temporaryDir();
  write(dir, 'package.json', typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return dir;
};
const missing = (command: string, dir: string) => missingScript(command.split(' '), dir);
const LINT = { scripts: { lint: 'lint', test: 'echo "Error: no test specified" && exit 1' } };

describe('an npm script', () => {
  it.each(['npm run lint', 'npm run-script lint -- --fix', 'npm --silent run -s lint'])(
    '%s is there',
    async (command) => {
      expect(await missing(command, dirWith(LINT))).toBeUndefined();
    },
  );

  it.each([
    ['npm run build', 'build'],
    ['npm --silent run-script build', 'build'],
    ['npm run toString', 'toString'],
    ['npm test', 'test'],
    ['npm -s run test', 'test'],
  ])('%s is not', async (command, script) => {
    expect(await missing(command, dirWith(LINT))).toBe(`package.json has no script ${script}`);
  });

  it('is not there without package.json, nor in one without scripts', async () => {
    expect(await missing('npm test', temporaryDir())).toBe('there is no package.json');
    expect(await missing('npm test', dirWith({}))).toBe('package.json has no script test');
  });

  it.each([
    'npm ci',
    'npm run',
    'npm --prefix web run build',
    'npm run --workspace=web build',
    'npx build',
    'sh npm run build',
    'make build',
  ])('%s is left to whoever is started', async (command) => {
    expect(await missing(command, dirWith(LINT))).toBeUndefined();
  });

  it('is left to npm where package.json cannot be read', async () => {
    expect(await missing('npm test', dirWith('{ oops'))).toBeUndefined();
    expect(await missing('npm test', dirWith('[]'))).toBe('package.json has no script test');
    expect(await missing('npm test', dirWith('null'))).toBeUndefined();
  });
});
