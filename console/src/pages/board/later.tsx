// What of the board is loaded only when it is opened.

import { later } from '../../parts/later.tsx';

export const Table = later(() => import('./table.tsx').then((one) => one.Table));
export const Foot = later(() => import('./foot.tsx').then((one) => one.Foot));
export const Filters = later(() => import('./filters.tsx').then((one) => one.Filters));
export const Chips = later(() => import('./chips.tsx').then((one) => one.Chips));
export const Bulk = later(() => import('./bulk.tsx').then((one) => one.Bulk));
export const Notify = later(() => import('./notify.tsx').then((one) => one.Notify));
export const NoTasks = later(() => import('./no-tasks.tsx').then((one) => one.NoTasks));
export const CreateDialog = later(() =>
  import('./create/create-dialog.tsx').then((one) => one.CreateDialog),
);
