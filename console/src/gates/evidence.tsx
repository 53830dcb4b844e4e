// What an action is judged by: what is said about it, what the task is to fulfil, and what its stages have changed.

import type { Artifact } from '../../../src/contract/artifact.ts';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Task } from '../../../src/contract/task.ts';
import { useReading } from '../api/read.ts';
import { visible } from '../parts/visible.ts';
import { DiffFile } from './diff-file.tsx';

type Judged = Gate & { readonly acceptanceCriteria?: string | undefined };

/** Types of actions by which what the stages have changed goes on. */
const WITH_CHANGES: ReadonlySet<string> = new Set([
  'git.commit',
  'git.merge',
  'git.push',
  'stage.continue',
]);

export function Evidence({ gate }: { readonly gate: Judged }) {
  const hasChanges = WITH_CHANGES.has(gate.action.type);
  const { value } = useReading<Task>(hasChanges ? `/tasks/${gate.taskId}` : null);
  const task = value.value;
  const diffs = (task?.artifacts ?? []).filter(({ type }) => type === 'diff');
  const criteria = gate.acceptanceCriteria ?? task?.acceptanceCriteria;
  const summary = task?.stages.find(({ name }) => name === gate.stage)?.summary;
  return (
    <>
      <Told
        title="What is said about it"
        note="It is not part of what you decide."
        text={gate.advisory?.summary}
      />
      <Told title="Risk" text={gate.advisory?.risk} />
      <Links links={gate.advisory?.links ?? []} />
      <Told title="Acceptance criteria" text={criteria} />
      <Told title={`Summary of ${gate.stage}`} text={summary} />
      <Diffs taskId={gate.taskId} diffs={diffs} />
    </>
  );
}

function Diffs({
  taskId,
  diffs,
}: {
  readonly taskId: string;
  readonly diffs: readonly Artifact[];
}) {
  if (diffs.length === 0) return null;
  return (
    <section class="stack">
      <h2>What the stages have changed</h2>
      {diffs.map((diff, index) => (
        <DiffFile
          key={diff.name}
          taskId={taskId}
          artifact={diff}
          isOpen={index === diffs.length - 1}
        />
      ))}
    </section>
  );
}

interface ToldProps {
  readonly title: string;
  readonly note?: string;
  readonly text: string | undefined;
}

function Told({ title, note, text }: ToldProps) {
  if (text === undefined || text === '') return null;
  return (
    <section>
      <h2>{title}</h2>
      {note !== undefined && <p class="small muted">{note}</p>}
      <p class="told">{visible(text)}</p>
    </section>
  );
}

/** Links of agents lead to the web alone, and are shown whole. */
function Links({ links }: { readonly links: readonly string[] }) {
  const safe = links.filter((link) => /^https?:\/\//i.test(link) && URL.canParse(link));
  if (safe.length === 0) return null;
  return (
    <ul class="voices">
      {safe.map((link) => (
        <li key={link}>
          <a href={link} target="_blank" rel="noopener noreferrer">
            {visible(link)}
          </a>
        </li>
      ))}
    </ul>
  );
}
