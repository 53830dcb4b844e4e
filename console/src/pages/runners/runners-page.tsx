import type { QueueAnswer, Runner } from '../../../../src/contract/runner.ts';
import { withQuery } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { useFresh } from '../../live/fresh.ts';
import { InCode } from '../../parts/code.tsx';
import { copy } from '../../parts/copy.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Read } from '../../parts/read.tsx';
import { runWords } from '../../parts/samples.ts';
import { runHere } from '../../parts/samples-here.ts';
import { Queue } from './queue.tsx';
import { RunnerCard } from './runner-card.tsx';

interface Runners {
  readonly runners: readonly Runner[];
}

/** Who works, on what, and what waits for them; live by the feed of the project. */
export function Page(_: { readonly id: string }) {
  const project = projectId.value;
  const runners = useReading<Runners>(project && withQuery('/runners', { projectId: project }));
  const queue = useReading<QueueAnswer>(project && withQuery('/queue', { projectId: project }));
  useFresh(runners.again, /^(runner|lease):/);
  useFresh(queue.again, /^(task|lease|gate|runner):/, 1_000);
  const command = runHere();
  return (
    <>
      <h1>Runners</h1>
      <Read of={runners}>
        {({ runners: all }) =>
          all.length === 0 ? (
            <Empty title="Nobody is here to do the work" command={command}>
              <p class="muted">
                A runner is a machine of yours that claims tasks and runs your agent on them. In the
                folder of a git repository:
              </p>
            </Empty>
          ) : (
            <>
              <div class="row">
                <code>{command}</code>
                <button type="button" onClick={() => void copy(command, 'The command')}>
                  Copy
                </button>
              </div>
              {all.map((runner) => (
                <RunnerCard key={runner.id} runner={runner} again={runners.again} />
              ))}
            </>
          )
        }
      </Read>
      <Read of={queue}>{({ items }) => <Queue items={items} />}</Read>
      <InCode calls={callsOf(project, runners.value.value?.runners[0])} />
    </>
  );
}

function callsOf(project: string | null, runner: Runner | undefined) {
  const path = `/runners/${runner?.id ?? '{runner}'}`;
  const taskId = runner?.taskIds?.[0] ?? '{task}';
  return [
    {
      does: 'Make this machine a runner',
      method: 'POST' as const,
      path: '/runners',
      body: { name: 'mac', instanceId: 'mac-1', projectId: project },
      cli: runWords(project),
    },
    { does: 'Give it nothing more', method: 'POST' as const, path: `${path}/drain`, body: {} },
    {
      does: 'Take a task from its runner',
      method: 'POST' as const,
      path: `/tasks/${taskId}/lease/force-release`,
      body: { reason: 'The machine is gone.' },
    },
    { does: 'Remove a runner', method: 'DELETE' as const, path },
  ];
}
