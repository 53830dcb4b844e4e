/** Whose socket it is: the tag it was accepted with, which outlives the object's memory. */
export const VIEWER = 'viewer';
export const SESSION = 'session';

/** The part of an object that answers for the sockets of one kind. */
export interface SocketKeeper {
  message(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void>;
  closed(socket: WebSocket, code: number): void;
}
