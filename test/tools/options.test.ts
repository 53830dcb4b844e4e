import { expect, test } from 'vitest';
import { readDevOptions } from '../../tools/dev/options.ts';
import { vitestArgs } from '../../tools/vitest.ts';

const read = (...args: string[]) => readDevOptions(args, {}, '/home/ada');

test('without arguments the demo runs on port 3000 and keeps its state in .sluice', () => {
  expect(read()).toEqual({
    port: 3000,
    persistDir: '/home/ada/.sluice',
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
