import type { Round } from '../rounds.ts';
import { type Call, HttpConnection } from './http-connection.ts';

/** What is asked next; undefined once there is nothing left to ask. */
export type Supply = () => Call | undefined;

/** Asks over some connections, each one request at a time, until the time is over or the supply is. */
export const askFor = async (
  url: string,
  supply: Supply,
  options: { readonly connections: number; readonly ms: number },
): Promise<Round> => {
  // A server closes connections that idle, so each round has its own.
  const connections = await Promise.all(
    Array.from({ length: options.connections }, () => HttpConnection.open(url)),
  );
  const started = performance.now();
  let operations = 0;
  const drive = async (connection: HttpConnection): Promise<void> => {
    while (performance.now() - started < options.ms) {
      const call = supply();
      if (call === undefined) return;
      await connection.expect(call);
      operations += 1;
    }
  };
  await Promise.all(connections.map(drive));
  const ms = performance.now() - started;
  for (const connection of connections) connection.close();
  return { operations, ms };
};
