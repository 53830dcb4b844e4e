import { Dialog } from '../parts/dialog.tsx';
import { keysNow } from './keys.ts';

/** Every key that works now. */
export function KeyList({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <dl class="facts">
        <div>
          <dt>
            <kbd>⌘K</kbd> <kbd>Ctrl K</kbd>
          </dt>
          <dd>Find a command, a page or a task</dd>
        </div>
        {keysNow().map(({ key, does }) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
