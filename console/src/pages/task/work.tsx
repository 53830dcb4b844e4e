import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { titleOf } from '../../parts/title.ts';
import { Fact } from './fact.tsx';

/** What was asked for, where the title does not say it all. */
export function Asked({ task }: { readonly task: TaskSnapshot }) {
  const { description, acceptanceCriteria, feedback = [] } = task;
  const isMore = plain(description).trim() !== titleOf(task);
  if (!isMore && acceptanceCriteria === undefined && feedback.length === 0) return null;
  return (
    <details class="panel stack">
      <summary>What was asked for</summary>
      {isMore && <Words text={description} />}
      {acceptanceCriteria !== undefined && (
        <>
          <h2>It is done when</h2>
          <Words text={acceptanceCriteria} />
        </>
      )}
      {feedback.map(({ gate, by, comment, at }) => (
        <div key={at}>
          <p class="muted small">
            {plain(by)} asked for changes at {plain(gate)}, <Ago at={at} suffix=" ago" />
          </p>
          <Words text={comment} />
        </div>
      ))}
    </details>
  );
}

const Words = ({ text }: { readonly text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard.
  <pre tabIndex={0}>{plain(text)}</pre>
);

/** Who works on it, where, and what it waits for. */
export function Work({ task }: { readonly task: TaskSnapshot }) {
  const { lease, stages, currentStage } = task;
  const agent = stages.find(({ name }) => name === currentStage)?.agent;
  const said = lease?.progress?.message;
  return (
    <dl class="facts">
      {currentStage !== undefined && <Fact name="Stage">{plain(currentStage)}</Fact>}
      {agent !== undefined && <Fact name="Agent">{plain(agent)}</Fact>}
      <Fact name="Runner">
        {lease === undefined ? (
          'none'
        ) : (
          <>
            <a href="/console/runners">{plain(lease.runnerName)}</a> for{' '}
            <Ago at={lease.grantedAt} />
          </>
        )}
      </Fact>
      {lease !== undefined && (
        <Fact name="Lease">
          <CopyId id={lease.leaseId} /> epoch {lease.epoch}
        </Fact>
      )}
      {task.blockedBy.length > 0 && (
        <Fact name="Waits for">
          {task.blockedBy.map((id) => (
            <a key={id} href={`/console/tasks/${id}`}>
              {id}{' '}
            </a>
          ))}
        </Fact>
      )}
      {task.resumeAfter !== undefined && (
        <Fact name="Resumes">
          <Ago at={task.resumeAfter} />
        </Fact>
      )}
      {task.requires !== undefined && (
        <Fact name="Needs a runner with">{plain(task.requires.join(', '))}</Fact>
      )}
      {said !== undefined && <Fact name="Says">{plain(said)}</Fact>}
      <Fact name="Branch">
        <CopyId id={plain(task.branchName)} />
      </Fact>
      {task.prUrl !== undefined && /^https?:/.test(task.prUrl) && (
        <Fact name="Pull request">
          <a href={task.prUrl} rel="noopener noreferrer">
            {plain(task.prUrl)}
          </a>
        </Fact>
      )}
      <Terms task={task} />
    </dl>
  );
}

function Terms({ task }: { readonly task: TaskSnapshot }) {
  return (
    <>
      <Fact name="Workflow">{plain(task.workflow)}</Fact>
      <Fact name="Autonomy">{task.autonomy}</Fact>
      <Fact name="Priority">{task.priority}</Fact>
      <Fact name="Environment">{plain(task.environment)}</Fact>
      <Fact name="Attempt">{count(task.attempt)}</Fact>
      <Fact name="Created">
        <Ago at={task.createdAt} suffix=" ago" />
      </Fact>
    </>
  );
}
