import type { ResultBody } from '../contract/work.ts';

/** Why a task stops by itself, and when it goes on; without a time a person resumes it. */
export interface PauseTerms {
  readonly reason: string;
  readonly resumeAfterMs?: number;
}

const RATE_LIMIT_MS = 60_000;
const SECONDS_MAX = 3_600;
const CONTAINER_MS = 30_000;
const CONTAINER_RESUMES_MAX = 3;

const RATE_LIMIT = /rate limit|too many requests|\b429\b|overloaded/i;
const USAGE_LIMIT = /usage limit|spending limit|limit reached|quota|billing|credit|insufficient/i;

/** The wait that a text names: its first number of seconds over 0 and under an hour, else a minute. */
function rateLimitMs(text: string): number {
  const seconds = Number(/(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?\b/i.exec(text)?.[1]);
  return seconds > 0 && seconds < SECONDS_MAX ? Math.round(seconds * 1_000) : RATE_LIMIT_MS;
}

/** A failure that is a limit of the agent's provider is no failure of the work: the task waits. */
export function pauseForText(text: string): PauseTerms | null {
  if (RATE_LIMIT.test(text)) return { reason: 'rate_limit', resumeAfterMs: rateLimitMs(text) };
  return USAGE_LIMIT.test(text) ? { reason: 'usage_limit' } : null;
}

/** The terms of a pause that a runner asks for: what it says, else what its reason implies. */
export function pauseTerms(result: ResultBody, resumes: number): PauseTerms {
  const reason = result.pauseReason ?? 'manual';
  if (result.resumeAfterMs !== undefined) return { reason, resumeAfterMs: result.resumeAfterMs };
  const text = result.error?.message ?? result.summary ?? '';
  if (reason === 'rate_limit') return { reason, resumeAfterMs: rateLimitMs(text) };
  if (reason === 'session_limit') return { reason, resumeAfterMs: 0 };
  const again = reason === 'container_failure' && resumes < CONTAINER_RESUMES_MAX;
  return again ? { reason, resumeAfterMs: CONTAINER_MS } : { reason };
}
