// The header Sec-WebSocket-Protocol: which protocol is spoken, and the ticket by which a browser says who it is.

/** Frames of many events. */
export const MANY_PROTOCOL = 'sluice.stream.v1';
/** One event a frame, as without any; a browser that sends a ticket has to offer something that can be answered. */
export const PLAIN_PROTOCOL = 'sluice.v1';
const TICKET = 'ticket.';

const offersIn = (header: string | null | undefined): readonly string[] =>
  (header ?? '').split(',').map((offer) => offer.trim());

/** The protocol that is answered; null: none. A ticket is never among them. */
export function protocolIn(header: string | null | undefined): string | null {
  const offers = offersIn(header);
  return [MANY_PROTOCOL, PLAIN_PROTOCOL].find((protocol) => offers.includes(protocol)) ?? null;
}

/** The ticket that is offered as a protocol; null: none. */
export function ticketIn(header: string | null | undefined): string | null {
  const offer = offersIn(header).find((one) => one.startsWith(TICKET));
  return offer?.slice(TICKET.length) ?? null;
}
