// One gate, whole: what it asks, what it is judged by, who has said what.

import { useEffect, useRef } from 'preact/hooks';
import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { AskedAction } from '../../gates/asked-action.tsx';
import { Banner } from '../../gates/banner.tsx';
import { GateFacts } from '../../gates/gate-facts.tsx';
import { GateStatus } from '../../gates/gate-status.tsx';
import { isOpen } from '../../gates/gate-words.ts';
import { MoreButton } from '../../gates/more-button.tsx';
import { Receipts } from '../../gates/receipts.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { later } from '../../parts/later.tsx';
import { titleOf } from '../../parts/title.ts';

const Evidence = later(() => import('../../gates/evidence.tsx').then((one) => one.Evidence));

export interface DetailProps {
  readonly gate: InboxGate;
  /** Where the list is, for who sees one of both at a time. */
  readonly back: string;
  /** Whether the reader has opened it, and not the page. */
  readonly isOpened: boolean;
  /** Whether the keys of a decision are this gate's. */
  readonly hasKeys: boolean;
  readonly done: () => void;
}

export function GateDetail({ gate, back, isOpened, hasKeys, done }: DetailProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isOpened && document.activeElement?.closest('.gates') == null) ref.current?.focus();
  }, [gate.id, isOpened]);
  return (
    <section class="stack" aria-label="The gate">
      <a class="back" href={back}>
        ← All gates
      </a>
      <header class="row">
        <h2 ref={ref} tabIndex={-1}>
          <a href={`/console/tasks/${gate.taskId}`}>{titleOf(gate.task)}</a>
        </h2>
        <CopyId id={gate.id} />
        <span class="push">
          <GateStatus gate={gate} />
        </span>
      </header>
      {isOpen(gate) ? (
        <Banner gate={gate} task={gate.task} judged={gate} hasKeys={hasKeys} done={done} />
      ) : (
        <div class="row">
          <MoreButton gate={gate} task={gate.task} done={done} />
        </div>
      )}
      <AskedAction gate={gate} />
      <Evidence gate={gate} />
      <GateFacts gate={gate} />
      <Receipts gate={gate} />
    </section>
  );
}
