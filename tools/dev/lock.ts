// Two servers on one state directory would break its databases. A socket tells a living owner from a dead one.
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Longer paths do not fit into a socket address on any system. */
const SOCKET_PATH_MAX = 100;

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Takes the directory for this process until it ends; false when another process has it. */
export const lockDirectory = async (directory: string): Promise<boolean> => {
  const path = join(directory, 'dev.sock');
  if (path.length > SOCKET_PATH_MAX) return true;
  if (await isAnswered(path)) return false;
  rmSync(path, { force: true });
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    // A file system without sockets cannot lock, and must not keep anybody from working.
    server.on('error', (error) => resolve(!('code' in error && error.code === 'EADDRINUSE')));
    server.listen(path, () => {
      server.unref();
      resolve(true);
    });
  });
};
