// By what somebody gets in: tokens, clients, apps that were allowed something, passkeys, browsers that are signed in.

import { me } from '../../api/session.ts';
import { later } from '../../parts/later.tsx';
import { plain } from '../../parts/plain.ts';
import { Tabs, tabOf } from '../../parts/tabs.tsx';

const TABS = [
  ['tokens', 'Personal tokens'],
  ['clients', 'Clients'],
  ['apps', 'Allowed apps'],
  ['passkeys', 'Passkeys'],
  ['signins', 'Sign-ins'],
] as const;

const SHOWN = {
  tokens: later(() => import('./tokens.tsx').then(({ Tokens }) => Tokens)),
  clients: later(() => import('./clients.tsx').then(({ Clients }) => Clients)),
  apps: later(() => import('./apps.tsx').then(({ Apps }) => Apps)),
  passkeys: later(() => import('./passkeys.tsx').then(({ Passkeys }) => Passkeys)),
  signins: later(() => import('./signins.tsx').then(({ Signins }) => Signins)),
};

export function Page(_: { readonly id: string }) {
  const tab = tabOf(TABS) ?? 'tokens';
  const Shown = SHOWN[tab];
  const who = me.value;
  return (
    <>
      <div class="row">
        <h1>Access</h1>
        {who !== null && (
          <span class="muted push">
            {plain(who.principal.name)}
            {who.principal.email !== null && ` · ${plain(who.principal.email)}`}
          </span>
        )}
      </div>
      <Tabs label="Access" tabs={TABS} shown={tab}>
        <Shown />
      </Tabs>
    </>
  );
}
