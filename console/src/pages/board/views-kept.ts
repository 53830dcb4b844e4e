import { signal } from '@preact/signals';
import { projectId } from '../../api/session.ts';

/** Where this browser keeps the views of the project that is shown. */
export const viewsKey = (): string => `sluice.views.${projectId.value ?? ''}`;

/** Counts up when a view was kept or forgotten. */
export const viewsVersion = signal(0);

/** Whether there were ever any; what they are is loaded then. */
export const hasViews = (): boolean =>
  viewsVersion.value > 0 || localStorage.getItem(viewsKey()) !== null;
