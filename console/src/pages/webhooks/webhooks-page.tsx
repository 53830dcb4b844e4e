import { later } from '../../parts/later.tsx';
import { query } from '../../routing/place.ts';

const Debugger = later(() => import('./debugger.tsx').then((file) => file.DebuggerView));
const Delivery = later(() => import('./delivery-view.tsx').then((file) => file.DeliveryView));
const One = later(() => import('./endpoint-view.tsx').then((file) => file.EndpointView));
const All = later(() => import('./endpoints-view.tsx').then((file) => file.EndpointsView));

/** All endpoints, one of them, one of its deliveries, or the debugger of signatures: each is loaded when it is shown. */
export function Page({ id }: { readonly id: string }) {
  const delivery = query('delivery');
  if (query('view') === 'debugger') return <Debugger endpointId={id} />;
  if (id === '') return <All />;
  return delivery === '' ? (
    <One id={id} />
  ) : (
    <Delivery key={delivery} endpointId={id} id={delivery} />
  );
}
