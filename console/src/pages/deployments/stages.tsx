import type { Deployment } from '../../../../src/contract/deployment.ts';
import { now } from '../../parts/clock.ts';
import { clockOf } from '../../parts/duration.ts';
import { Out } from '../../parts/out.tsx';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';

type Stage = Deployment['stages'][number];

/** What a deployment that is ready waits for; empty: nothing. */
export function waitOf({ waitingFor, approval, autoPromote }: Deployment): string {
  switch (waitingFor) {
    case 'artifact':
      return 'Waits for an artifact.';
    case 'human':
      return `Waits for people: ${approval?.votes.length ?? 0} of ${approval?.required ?? 1} have approved.`;
    case 'promotion':
      return autoPromote ? 'Waits until it may be promoted.' : 'Waits to be promoted.';
    default:
      return '';
  }
}

interface StagesProps {
  readonly stages: readonly Stage[];
  /** Without what was said of them. */
  readonly isBrief?: boolean;
}

/** The stages of a deployment in their order, each with its state and how long it took. */
export function Stages({ stages, isBrief = false }: StagesProps) {
  if (stages.length === 0) return null;
  return (
    <ol class="stages">
      {stages.map((stage) => (
        <li key={stage.name}>
          <strong>{plain(stage.name)}</strong> <Status status={stage.state} />
          <Took stage={stage} />
          {!isBrief && stage.summary !== null && <div class="muted">{plain(stage.summary)}</div>}
          {!isBrief && stage.logUrl !== null && <Out url={stage.logUrl} text="Log" />}
        </li>
      ))}
    </ol>
  );
}

function Took({ stage: { startedAt, finishedAt } }: { readonly stage: Stage }) {
  if (startedAt === null) return null;
  const end = finishedAt === null ? now.value : Date.parse(finishedAt);
  return <span class="muted number"> {clockOf(end - Date.parse(startedAt))}</span>;
}
