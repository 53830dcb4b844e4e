import { later } from '../parts/later.tsx';

/** A gate on the page of its task: what it asks, and the buttons that open its sheet. */
export const GateBanner = later(() => import('./banner.tsx').then(({ Banner }) => Banner));
