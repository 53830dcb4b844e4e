// One end of a socket of ours: frames are said, frames are heard, and the close says why.

import { eventually } from './world.ts';

interface Named {
  readonly t: string;
}

/** Takes the socket of an answer. `Said` is what goes out, `Heard` what comes in. */
export function heardSocket<Said extends Named, Heard extends Named>({
  status,
  webSocket,
}: Response) {
  if (!webSocket) throw new Error(`No socket, but ${status}`);
  const raw: string[] = [];
  webSocket.addEventListener('message', ({ data }) => {
    raw.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  webSocket.accept();
  const heard = (): Heard[] =>
    raw.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Heard);
  const all = <T extends Heard['t']>(t: T): Extract<Heard, { t: T }>[] =>
    heard().filter((frame): frame is Extract<Heard, { t: T }> => frame.t === t);
  return {
    socket: webSocket,
    raw,
    heard,
    all,
    closed,
    say: (frame: Said) => webSocket.send(JSON.stringify(frame)),
    /** The next frame of a name, or one after those that have been heard. */
    async hear<T extends Heard['t']>(t: T, before = 0): Promise<Extract<Heard, { t: T }>> {
      await eventually(() => all(t).length).toBeGreaterThan(before);
      const frame = all(t)[before];
      if (frame === undefined) throw new Error(`No ${t}.`);
      return frame;
    },
  };
}
