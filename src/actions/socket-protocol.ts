import { protocolIn } from '../contract/socket-protocol.ts';

/** The protocol that the client is answered, of those that it offers. */
export const protocolOf = (request: Request): string | null =>
  protocolIn(request.headers.get('Sec-WebSocket-Protocol'));

/** The answer of an object with the protocol in it: a browser gives up on one without. */
export function speak(answer: Response, protocol: string | null): Response {
  const { webSocket } = answer;
  if (webSocket === null || protocol === null) return answer;
  const headers = { 'Sec-WebSocket-Protocol': protocol };
  return new Response(null, { status: 101, webSocket, headers });
}
