// How the lines are drawn: the address says it, and where it says nothing the width of the screen.

import { query } from '../../../routing/place.ts';

/** Long lines go on below instead of beside. */
export const isWrapped = (): boolean =>
  query('wrap') === '' ? matchMedia('(width < 700px)').matches : query('wrap') === '1';
/** Each line says when. */
export const hasTimes = (): boolean => query('times') !== '';
