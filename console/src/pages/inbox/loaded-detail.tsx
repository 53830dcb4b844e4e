import { useLoaded } from '../../parts/loaded.ts';
import type { DetailProps } from './gate-detail.tsx';

const load = () => import('./gate-detail.tsx').then(({ GateDetail }) => GateDetail);

/** A gate beside the list, which is there before it. */
export function LoadedDetail(props: DetailProps) {
  const Detail = useLoaded(load);
  return Detail === null ? null : <Detail {...props} />;
}
