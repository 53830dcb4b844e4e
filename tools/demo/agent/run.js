import { spawn } from 'node:child_process';

/**
 * Runs a program in the work tree; its lines are shown as they come unless `quiet`.
 * @param {string} directory
 * @param {{ command: string, args: string[], quiet?: boolean }} program
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export const runProgram = (directory, { command, args, quiet = false }) => {
  const env = { ...process.env, NO_COLOR: '1' };
  // Set by the runner and by test runners; either would change what the program prints.
  for (const name of ['FORCE_COLOR', 'NODE_TEST_CONTEXT', 'NODE_OPTIONS', 'NODE_V8_COVERAGE']) {
    Reflect.deleteProperty(env, name);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        output += chunk;
        if (!quiet) process.stdout.write(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
};
