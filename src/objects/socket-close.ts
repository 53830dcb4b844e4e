/** Answers a close. Codes that may not be sent stand for a plain end (RFC 6455 §7.4.1). */
export function closeSafely(socket: WebSocket, code: number, reason?: string): void {
  try {
    socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code, reason);
  } catch {
    // It was closed already.
  }
}

/** An upgrade that is answered by a close: a browser cannot read a refused one. */
export function closedSocket(code: number, reason: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}
