import { Empty } from '../../parts/empty.tsx';

/** Why there is nothing of sign-ins here: in open mode nobody signs in. */
export function OpenMode() {
  return (
    <Empty title="This server is open: nobody signs in" command="AUTH_MODE=required npm run dev">
      <p>
        Whoever reaches it on this machine is its owner. To try passkeys and sign-ins, start it so:
      </p>
    </Empty>
  );
}
