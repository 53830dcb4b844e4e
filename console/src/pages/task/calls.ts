import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import type { Call } from '../../parts/samples.ts';
import { controlsOf } from './controls/controls.ts';

/** What this page shows and does, as requests. Pure. */
export function callsFor(task: TaskSnapshot): readonly Call[] {
  const path = `/tasks/${task.id}`;
  const can = new Set<string>(controlsOf(task));
  const acts: readonly Call[] = [
    { does: 'Pause it', method: 'POST', path: `${path}/pause`, body: { reason: 'manual' } },
    { does: 'Resume it', method: 'POST', path: `${path}/resume` },
    { does: 'Cancel it', method: 'POST', path: `${path}/cancel`, body: { reason: 'not needed' } },
    { does: 'Retry it', method: 'POST', path: `${path}/retry`, body: {} },
  ];
  return [
    { does: 'Get the task', method: 'GET', path },
    {
      does: 'Follow its events',
      method: 'GET',
      path: `${path}/events`,
      headers: { Accept: 'text/event-stream' },
    },
    { does: 'Get its budget', method: 'GET', path: `${path}/budget` },
    ...acts.filter(({ does }) => can.has(does.toLowerCase().replace(' it', ''))),
    {
      does: 'Keep its log with the receipts',
      method: 'GET',
      path: `${path}/export`,
      file: `${task.id}.ndjson`,
    },
    {
      does: 'Verify what was kept, anywhere',
      method: 'GET',
      path: '/.well-known/receipt-keys.json',
      cli: `verify ${task.id}.ndjson`,
      isCliAlone: true,
    },
  ];
}
