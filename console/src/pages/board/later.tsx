// What of the board is loaded only when it is opened.

import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null;
  return function Later(props: P) {
    const [, show] = useState(loaded);
    useEffect(() => {
      if (loaded !== null) return;
      void load().then((component) => {
        loaded = component;
        show(() => component);
      });
    }, []);
    const Loaded = loaded;
    return Loaded === null ? null : <Loaded {...props} />;
  };
}

export const Table = later(() => import('./table.tsx').then((module) => module.Table));
export const Filters = later(() => import('./filters.tsx').then((module) => module.Filters));
export const Bulk = later(() => import('./bulk.tsx').then((module) => module.Bulk));
export const Notify = later(() => import('./notify.tsx').then((module) => module.Notify));
export const NoTasks = later(() => import('./no-tasks.tsx').then((module) => module.NoTasks));
export const DecisionSheet = later(() =>
  import('../../gates/decision-sheet.tsx').then((module) => module.DecisionSheet),
);
export const CreateDialog = later(() =>
  import('./create/create-dialog.tsx').then((module) => module.CreateDialog),
);
