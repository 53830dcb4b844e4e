import { showOver } from '../shell/over.ts';
import { sayUnloaded } from '../shell/toast.tsx';
import type { SheetProps } from './decision-sheet.tsx';

/** Opens the sheet of a gate over the page. It stays while the page below learns what has become of the gate. */
export function openSheet(props: Omit<SheetProps, 'close'>): void {
  import('./decision-sheet.tsx')
    .then(({ DecisionSheet }) =>
      showOver(({ close }) => <DecisionSheet {...props} close={close} />),
    )
    .catch(sayUnloaded);
}
