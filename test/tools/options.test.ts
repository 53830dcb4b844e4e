import { expect, test } from 'vitest';
import { readDevOptions } from '../../tools/dev/options.ts';
import { vitestArgs } from '../../tools/vitest.ts';

const read = (...args: string[]) => readDevOptions(args, {}, '/home/ada');

test('without arguments the demo runs on port 3000 and keeps its state in .sluice', () => {
  expect(read()).toEqual({
    port: 3000,
    persistDir: '/home/ada/.sluice',
    authMode: 'open',
    hasDemo: true,
    isVerbose: false,
  });
});

test('port and directory are taken from the arguments', () => {
  const options = read('--port', '4000', '--persist-to=/tmp/state', '--verbose');
  expect(options).toMatchObject({ port: 4000, persistDir: '/tmp/state', isVerbose: true });
});

test('SLUICE_DEMO=0 leaves the demo out', () => {
  expect(readDevOptions([], { SLUICE_DEMO: '0' }, '/').hasDemo).toBe(false);
});

test('AUTH_MODE is taken, and where it is required there is no demo', () => {
  const options = readDevOptions([], { AUTH_MODE: 'required' }, '/');
  expect(options).toMatchObject({ authMode: 'required', hasDemo: false });
  expect(readDevOptions([], { AUTH_MODE: 'open' }, '/')).toMatchObject({ hasDemo: true });
});

test.each(['', 'Required', 'none'])('AUTH_MODE=%s is refused in one sentence', (mode) => {
  expect(() => readDevOptions([], { AUTH_MODE: mode }, '/')).toThrow(
    `AUTH_MODE must be "open" or "required", not "${mode}".`,
  );
});

test.each([
  [['--port', '0'], '--port must be a number from 1 to 65535, not "0"'],
  [['--port', '65536'], '--port must be a number from 1 to 65535, not "65536"'],
  [['--port', '3000x'], '--port must be a number from 1 to 65535, not "3000x"'],
  [['--prot', '3000'], "Unknown option '--prot'"],
  [['serve'], "Unexpected argument 'serve'"],
  [['--port'], "Option '--port <value>' argument missing"],
])('wrong arguments %j are one line that says what is right', (args, sentence) => {
  const wrong = () => read(...args);
  expect(wrong).toThrow(sentence);
  expect(wrong).toThrow(/^[^\n]*Usage: npm run dev[^\n]*$/);
});

test('vitest gets the projects of the command, unless the caller names one', () => {
  expect(vitestArgs(['unit', 'worker'], ['-t', 'x'])).toEqual([
    ...['run', '--project', 'unit', '--project', 'worker', '-t', 'x'],
  ]);
  expect(vitestArgs(['unit', 'worker'], ['--project=unit'])).toEqual(['run', '--project=unit']);
});
