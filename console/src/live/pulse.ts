// Whether a connection still carries anything. One that has died without a word, behind a sleeping laptop or a network that
// was left, looks like one on which nothing happens, for as long as TCP waits.

/** After so long without a frame it is asked whether anybody is there. */
const QUIET_MS = 20_000;
/** So long the answer may take, or what is left of making the connection. */
const ANSWER_MS = 10_000;

/** Calls `lost`, once at most, when nothing comes any more or the browser says that the network is gone. */
export function watchPulse(socket: WebSocket, lost: () => void): void {
  if (socket.readyState > WebSocket.OPEN) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    removeEventListener('offline', give);
  };
  const give = (): void => {
    stop();
    // Browsers make one connection to a server after the other: the next would wait for this one.
    socket.close();
    lost();
  };
  const ask = (): void => {
    // The server answers by itself and sleeps on; it is no event.
    if (socket.readyState === WebSocket.OPEN) socket.send('ping');
    timer = setTimeout(give, ANSWER_MS);
  };
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET_MS);
  };
  socket.addEventListener('open', wait);
  socket.addEventListener('message', wait);
  socket.addEventListener('close', stop);
  addEventListener('offline', give);
  wait();
}
