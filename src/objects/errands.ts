import type { Errand, Happening } from '../contract/platform-event.ts';
import { monitorObject, webhookObject } from '../rpc/stubs.ts';

/** What the object of a project does when something of the project was changed in D1 that an object works by. */
export function errandRunner(env: Env, endpointChanged: (id: string) => void) {
  return async (errand: Errand, { subject }: Happening): Promise<void> => {
    switch (errand) {
      case 'errand:endpoint':
        endpointChanged(subject);
        return webhookObject(env, subject).refresh();
      case 'errand:monitor':
        return monitorObject(env, subject).refresh();
      default:
        return errand satisfies never;
    }
  };
}
