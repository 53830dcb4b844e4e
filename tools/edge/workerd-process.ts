// workerd is a child of the process that starts it, but miniflare does not say which.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const readStat = (pid: string): { readonly name: string; readonly parent: number } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const parent = text.slice(end + 2).split(' ')[1];
    return { name: text.slice(text.indexOf('(') + 1, end), parent: Number(parent) };
  } catch {
    return undefined;
  }
};

/** The workerd processes that this process started, youngest last; none where there is no /proc. */
export const findWorkerds = (): readonly number[] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const stat = readStat(pid);
        return stat?.parent === process.pid && stat.name === 'workerd';
      })
      .map(Number);
  } catch {
    return [];
  }
};

/**
 * Kills `pid` as soon as this process is gone, whatever ended it; the returned function calls that off.
 * A shell waits at the other end of a pipe, which the system closes even after SIGKILL.
 */
export const killWithParent = (pid: number): (() => void) => {
  const guard = spawn('sh', ['-c', `read -r line; kill -9 ${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return () => {
    guard.kill('SIGKILL');
  };
};
