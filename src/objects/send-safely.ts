/** False when the other side is gone: a watcher comes back with its cursor, and nobody else is held up. */
export function sendSafely(socket: WebSocket, frame: string): boolean {
  try {
    socket.send(frame);
    return true;
  } catch {
    return false;
  }
}
