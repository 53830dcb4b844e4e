// Standing approvals: what somebody has agreed to beforehand, for a while, so often and for so much.

import { useSignal } from '@preact/signals';
import type { Standing, StandingList } from '../../../../src/contract/standing.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { Said } from '../../gates/words.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { Empty } from '../../parts/empty.tsx';
import { count, dollars } from '../../parts/number.ts';
import { Refused } from '../../parts/refused.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { say, sayRefusal } from '../../shell/toast.tsx';
import { StandingForm } from './standing-form.tsx';
import { matchWords } from './standing-words.ts';

export function StandingView() {
  const project = projectId.value;
  const path = project === null ? null : `/gates/standing?projectId=${project}`;
  const { value, refusal, again } = useReading<StandingList>(path);
  const isMaking = useSignal(false);
  if (refusal.value !== null) return <Refused refusal={refusal.value} again={again} />;
  const all = value.value?.standing;
  if (all === undefined || project === null) return <p class="muted">reading…</p>;
  return (
    <>
      <div class="row">
        <p class="muted">
          Requests of one form that are approved when they are made, until it ends or you end it.
        </p>
        <button type="button" class="push" onClick={() => (isMaking.value = true)}>
          Agree beforehand…
        </button>
      </div>
      {isMaking.value && (
        <StandingForm
          projectId={project}
          close={() => {
            isMaking.value = false;
          }}
          made={again}
        />
      )}
      {all.length === 0 ? (
        <Empty title="Nothing is agreed to beforehand" command={commandOf(project)} />
      ) : (
        <StandingTable all={all} again={again} />
      )}
      <InCode
        calls={[
          { does: 'List those that hold', method: 'GET', path: path ?? '' },
          ...all.slice(0, 1).map(({ id }) => ({
            does: 'End this one',
            method: 'DELETE' as const,
            path: `/gates/standing/${id}`,
          })),
        ]}
      />
    </>
  );
}

const commandOf = (project: string): string =>
  curlHere({
    does: '',
    method: 'POST',
    path: '/gates/standing',
    body: {
      projectId: project,
      match: { type: 'shell.exec', argv: ['npm', 'test', '*'] },
      environment: 'development',
      maxUses: 20,
      expiresAt: new Date(Date.now() + 4 * 3_600_000).toISOString(),
    },
  });

interface TableProps {
  readonly all: readonly Standing[];
  readonly again: () => void;
}

function StandingTable({ all, again }: TableProps) {
  return (
    <div class="panel scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Agrees to</th>
            <th scope="col">Environment</th>
            <th scope="col" class="number">
              Uses
            </th>
            <th scope="col" class="number">
              Spent
            </th>
            <th scope="col">Ends</th>
            <th scope="col">By</th>
            <th scope="col">
              <span class="muted">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <StandingRow key={one.id} one={one} again={again} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StandingRow({ one, again }: { readonly one: Standing; readonly again: () => void }) {
  const isEnding = useSignal(false);
  const { id, match, environment, uses, maxUses, costUsd, maxCostUsd, expiresAt, createdBy } = one;
  const end = async (): Promise<void> => {
    isEnding.value = true;
    const answer = await ask('DELETE', `/gates/standing/${id}`);
    isEnding.value = false;
    if (!answer.ok) return sayRefusal(answer.refusal);
    say('It approves nothing any more.');
    again();
  };
  return (
    <tr>
      <td>
        <Said words={matchWords(match)} />
      </td>
      <td>{environment}</td>
      <td class="number">
        {count(uses)} of {count(maxUses)}
      </td>
      <td class="number">
        {dollars(costUsd)}
        {maxCostUsd !== undefined && ` of ${dollars(maxCostUsd)}`}
      </td>
      <td>
        <Ago at={expiresAt} suffix=" ago" />
      </td>
      <td>
        <CopyId id={createdBy} />
      </td>
      <td>
        <button type="button" disabled={isEnding.value} onClick={() => void end()}>
          End it
        </button>
      </td>
    </tr>
  );
}
