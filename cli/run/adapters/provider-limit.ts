import type { AgentFault } from './told.ts';

const SESSION =
  /prompt is too long|context (?:window|length)|context_length_exceeded|too many tokens in/i;
const USAGE =
  /usage limit|spending limit|limit reached|hit your limit|quota|billing|credit|insufficient/i;
const RATE = /rate.?limit|too many requests|\b429\b|\b529\b|overloaded/i;

/** Which limit a text speaks of: of the session, of the pace, of what is paid for; or none. */
export const limitIn = (text: string): AgentFault['pauseReason'] => {
  if (SESSION.test(text)) return 'session_limit';
  // The pace before what is paid for, as the server reads it: "rate limit reached" is no empty purse.
  if (RATE.test(text)) return 'rate_limit';
  return USAGE.test(text) ? 'usage_limit' : undefined;
};

/** A fault in these words; a limit in them makes it a pause. */
export const faultIn = (message: string, retryable = true): AgentFault => {
  const pauseReason = limitIn(message);
  return { message, retryable, ...(pauseReason === undefined ? {} : { pauseReason }) };
};
