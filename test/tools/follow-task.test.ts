import { expect, test } from 'vitest';
import { makeTeller } from '../../tools/demo/follow-task.ts';

const timestamp = '2026-01-15T10:30:00.000Z';
const stageChanged = (data: object) => ({ type: 'task:stage-changed', timestamp, data });

test('each change is told once, a gate and the end reach their listeners', () => {
  const said: string[] = [];
  const tell = makeTeller({
    say: (line) => said.push(line.slice('  00:00:00  '.length)),
    onGate: (gate) => said.push(`<gate ${gate}>`),
    onEnd: (status) => said.push(`<${status}>`),
  });
  tell({ type: 'task:started', timestamp, data: { status: 'in-progress' } });
  tell(stageChanged({ status: 'in-progress', stage: 'planning', stageStatus: 'running' }));
  tell(stageChanged({ status: 'in-progress', stage: 'planning', stageStatus: 'running' }));
  tell({ type: 'log:entry', timestamp, data: { message: 'not told' } });
  tell({ type: 'gate:required', timestamp, data: { gateName: 'review', opened: {} } });
  tell({ type: 'gate:approved', timestamp, data: { gateName: 'review', approver: 'Ada' } });
  tell({ type: 'task:completed', timestamp, data: { status: 'completed' } });
  expect(said).toEqual([
    'started',
    'planning is running',
    '<gate review>',
    'gate "review" approved by Ada',
    'completed',
    '<completed>',
  ]);
});
