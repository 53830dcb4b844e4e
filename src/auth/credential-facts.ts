import { refuse } from '../contract/error.ts';

/** What a request shows of who it is from: its headers as they came, and nothing of its body. */
export interface CredentialFacts {
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly nowMs: number;
  readonly method?: string;
  /** The whole URL that was asked. */
  readonly url?: string;
  /** The header `DPoP` (RFC 9449). */
  readonly dpop?: string | undefined;
  readonly cookie?: string | undefined;
  readonly origin?: string | undefined;
  readonly fetchSite?: string | undefined;
  readonly fetchMode?: string | undefined;
  /** The address, as the platform says it. */
  readonly ip?: string | undefined;
  /** Stands for the request itself, where one is looked at more than once: a proof that it bears is used up by it. */
  readonly request?: object;
  /** For what must not be old: D1 is asked, whatever memory says. */
  readonly fresh?: boolean;
  /** Takes work that nobody waits for; absent: it is left undone. */
  readonly later?: (work: Promise<unknown>) => void;
}

export const INVALID_CREDENTIAL = refuse(
  'invalid_token',
  'The credential is unknown, expired or revoked.',
);
