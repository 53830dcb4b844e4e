// What is opened over every page: the palette of commands and the list of keys. Loaded when it is opened.

import { useEffect } from 'preact/hooks';
import { addKeys } from './keys.ts';
import { over, showOver } from './over.ts';

export const openPalette = (): void => {
  void import('./palette.tsx').then(({ Palette }) => {
    showOver(Palette);
  });
};

export const openKeyList = (): void => {
  void import('./key-list.tsx').then(({ KeyList }) => {
    showOver(KeyList);
  });
};

const close = (): void => {
  over.value = null;
};

export function Overlay() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openPalette();
    };
    document.addEventListener('keydown', onKey);
    const stop = addKeys([{ key: '?', does: 'Show all keys', run: openKeyList }], true);
    return () => {
      document.removeEventListener('keydown', onKey);
      stop();
    };
  }, []);
  const Shown = over.value;
  return Shown === null ? null : <Shown close={close} />;
}
