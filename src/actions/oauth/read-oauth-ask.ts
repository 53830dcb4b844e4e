import { readParameters } from '../../domain/oauth-parameters.ts';
import type { OAuthAsk } from './oauth-ask.ts';

type Came = Omit<OAuthAsk, 'fields'> & { readonly pairs: readonly (readonly [string, string])[] };

/** A request with its form read: empty parameters are absent. */
export const readOAuthAsk = ({ pairs, ...rest }: Came): OAuthAsk => ({
  ...rest,
  fields: readParameters(pairs),
});
