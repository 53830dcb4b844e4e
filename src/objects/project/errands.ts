import type { Errand, Happening } from '../../contract/platform-event.ts';
import type { DeploymentDue } from '../../domain/deployment/news.ts';
import { monitorObject, webhookObject } from '../../rpc/stubs.ts';

/** Parts of the object itself that work by what lies in D1. */
interface Told {
  readonly endpointChanged: (id: string) => void;
  readonly deploymentChanged: (id: string, due: DeploymentDue) => void;
}

/** What the object of a project does when something of the project was changed in D1 that an object works by. */
export function errandRunner(env: Env, { endpointChanged, deploymentChanged }: Told) {
  return async (errand: Errand, { subject, data }: Happening): Promise<void> => {
    switch (errand) {
      case 'errand:endpoint':
        endpointChanged(subject);
        return webhookObject(env, subject).refresh();
      case 'errand:monitor':
        return monitorObject(env, subject).refresh();
      case 'errand:deployment':
        // Our own bytes, written with the change.
        return deploymentChanged(subject, data as unknown as DeploymentDue);
      default:
        return errand satisfies never;
    }
  };
}
