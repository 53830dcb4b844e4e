import type { LookupEnv } from '../../auth/lookup.ts';
import type { Result } from '../../contract/error.ts';
import type { Parameters } from '../../domain/oauth-parameters.ts';

/** A request to an OAuth endpoint: it is from nobody until its client has shown itself. */
export interface OAuthAsk {
  readonly env: LookupEnv & Pick<Env, 'DB' | 'TASK' | 'PROJECT' | 'WEBHOOK'>;
  readonly now: number;
  readonly requestId: string;
  readonly origin: string;
  /** The path that was asked. */
  readonly path: string;
  readonly ipPrefix: string | null;
  readonly ip: string | undefined;
  readonly authorization: string | undefined;
  /** The header `DPoP`. */
  readonly dpop: string | undefined;
  /** Counts a request of a client that has shown itself, under a name of ours. */
  readonly count: (name: string) => Promise<Result<null>>;
  /** The pairs of the form, and nothing of the query. */
  readonly fields: Parameters;
}
