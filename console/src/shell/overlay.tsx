// What is opened over every page: the palette of commands and the list of keys. Loaded when it is opened.

import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { addKeys } from './keys.ts';

type OverlayComponent = FunctionComponent<{ readonly close: () => void }>;

const shown = signal<OverlayComponent | null>(null);

export const openPalette = (): void => {
  void import('./palette.tsx').then(({ Palette }) => {
    shown.value = Palette;
  });
};

export const openKeyList = (): void => {
  void import('./key-list.tsx').then(({ KeyList }) => {
    shown.value = KeyList;
  });
};

const close = (): void => {
  shown.value = null;
};

export function Overlay() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      openPalette();
    };
    document.addEventListener('keydown', onKey);
    const stop = addKeys([{ key: '?', does: 'Show all keys', run: openKeyList }]);
    return () => {
      document.removeEventListener('keydown', onKey);
      stop();
    };
  }, []);
  const Shown = shown.value;
  return Shown === null ? null : <Shown close={close} />;
}
