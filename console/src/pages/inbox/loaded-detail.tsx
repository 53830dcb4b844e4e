import { later } from '../../parts/later.tsx';

/** A gate beside the list, which is there before it. */
export const LoadedDetail = later(() =>
  import('./gate-detail.tsx').then(({ GateDetail }) => GateDetail),
);
