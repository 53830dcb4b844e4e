import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { setQuery } from '../../routing/place.ts';
import { useKeys } from '../../shell/keys.ts';
import { neighbour } from './views.ts';

interface ListKeys {
  readonly gates: readonly InboxGate[];
  readonly openId: string;
  readonly choose: (id: string) => void;
}

/** `J` and `K` go through the list and show what each asks, `X` selects. `Enter` is the link's own. */
export function useListKeys({ gates, openId, choose }: ListKeys): void {
  const move = (step: number) => () => {
    const link = document.activeElement?.closest<HTMLElement>('[data-gate]');
    const next = neighbour(gates, link?.dataset['gate'] ?? '', step);
    if (next === undefined) return;
    document.querySelector<HTMLElement>(`[data-gate="${next.id}"]`)?.focus();
    // On a narrow screen the list would go away under the hand.
    if (matchMedia('(width >= 900px)').matches) setQuery({ gate: next.id });
  };
  useKeys(
    [
      { key: 'j', does: 'Next gate', run: move(1) },
      { key: 'k', does: 'Gate before', run: move(-1) },
      {
        key: 'x',
        does: 'Select the gate, to decide several at once',
        run: () => {
          const link = document.activeElement?.closest<HTMLElement>('[data-gate]');
          const id = link?.dataset['gate'] ?? openId;
          if (id !== '') choose(id);
        },
      },
    ],
    [gates.map(({ id }) => id).join(), openId],
  );
}
