import { Dialog } from '../parts/dialog.tsx';
import { isMac } from '../parts/platform.ts';
import { globalKeys, type Key, pageKeys } from './keys.ts';

/** Every key that works now. */
export function KeyList({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <Keys title="On this page" keys={pageKeys()} />
      <Keys title="Everywhere" keys={[FIND, ...globalKeys()]} />
    </Dialog>
  );
}

const FIND = { key: isMac ? '⌘ K' : 'Ctrl K', does: 'Find something to do, a page or a task' };

type Listed = Pick<Key, 'key' | 'does'>;

function Keys({ title, keys: all }: { readonly title: string; readonly keys: readonly Listed[] }) {
  const keys = all.filter(({ key }) => key !== '');
  if (keys.length === 0) return null;
  return (
    <section>
      <h3 class="muted small">{title}</h3>
      <dl class="facts">
        {keys.map(({ key, does }) => (
          <div key={key}>
            <dt>{does}</dt>
            <dd>
              {key.split(' ').map((one, index) => (
                // The same key may be pressed twice.
                <kbd key={index}>{one}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
