import type { Call } from '../../parts/samples.ts';

/** Sign-ins and passkeys are shown to a sign-in alone; a token can ask whose it is. */
export const WHO: Call = { does: 'Ask whose a token is', method: 'GET', path: '/v1/me' };
