#!/usr/bin/env node
// The launcher: plain JavaScript, because it has to run before there is a Node that reads TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const readsTypes = major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);

if (readsTypes) {
  await import('./main.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(node)) relaunch(node);
  else {
    console.error(
      `sluice needs Node 22.18 or newer, this is ${process.versions.node}: run npm ci in the clone.`,
    );
    process.exitCode = 1;
  }
}

/**
 * Signals go over the channel, not by kill: Ctrl-C reaches the whole foreground group, and the child
 * must not count it twice.
 * @param {string} node
 */
function relaunch(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (child.connected) child.send({ signal }, () => undefined);
      else child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`sluice could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
