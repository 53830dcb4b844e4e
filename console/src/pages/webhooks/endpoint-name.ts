import type { Endpoint } from '../../../../src/contract/webhook.ts';
import { plain } from '../../parts/plain.ts';

/** What people call an endpoint: where it is. */
export const nameOf = ({ url }: Pick<Endpoint, 'url'>): string =>
  url === null ? 'A listener (sluice listen)' : plain(url);
