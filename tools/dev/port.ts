import { createServer } from 'node:net';

/** The code of the failure when the port cannot be listened on, or the port that was given. */
const tryPort = (port: number, host: string): Promise<number | string> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const given = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(given));
    });
  });

/** Why the port cannot be used, as a sentence; undefined when it can. */
export const explainTakenPort = async (port: number): Promise<string | undefined> => {
  const ipv4 = await tryPort(port, '127.0.0.1');
  // A stranger on ::1 would answer those who say `localhost` and try IPv6 first.
  const ipv6 = await tryPort(port, '::1');
  if (ipv4 === 'EACCES') return `Port ${port} needs more rights: pass \`-- --port N\`.`;
  if (typeof ipv4 === 'string' || ipv6 === 'EADDRINUSE') {
    return `Port ${port} is taken: stop what listens there, or pass \`-- --port ${port + 1}\`.`;
  }
  return undefined;
};

export const findFreePort = async (): Promise<number> => {
  const port = await tryPort(0, '127.0.0.1');
  if (typeof port === 'string') throw new Error(`No free port: ${port}`);
  return port;
};
