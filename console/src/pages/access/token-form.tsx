import type { NewToken } from '../../../../src/contract/token.ts';
import { post } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import { ScopeBoxes } from './scope-boxes.tsx';

interface TokenFormProps {
  readonly projectId: string | null;
  readonly close: () => void;
  readonly done: (made: NewToken) => void;
}

const DAYS: readonly number[] = [1, 7, 30, 90, 180, 366];
const DAYS_USUAL = 90;

const listIn = (text: string): readonly string[] | null => {
  const items = text.split(/[\s,]+/).filter((item) => item !== '');
  return items.length === 0 ? null : items;
};

/** What a new token may do, where, from where and for how long. */
export function TokenForm({ projectId, close, done }: TokenFormProps) {
  return (
    <Dialog title="New token" close={close}>
      <Form<NewToken>
        send="Make the token"
        done={done}
        ask={(fields) =>
          post('/v1/tokens', {
            name: fields.text('name'),
            scopes: fields.all('scopes'),
            expiresInDays: fields.number('expiresInDays'),
            ...(fields.isOn('here') && projectId !== null ? { projectIds: [projectId] } : {}),
            environments: listIn(fields.text('environments')),
            ipCidrs: listIn(fields.text('ipCidrs')),
            rateLimitPerMinute: fields.number('rate') ?? null,
          })
        }
      >
        <label>
          Name
          <input name="name" required maxLength={100} placeholder="laptop" />
        </label>
        <label>
          It ends after
          <select name="expiresInDays">
            {DAYS.map((days) => (
              <option key={days} value={days} selected={days === DAYS_USUAL}>
                {days === 1 ? '1 day' : `${days} days`}
              </option>
            ))}
          </select>
        </label>
        <ScopeBoxes chosen={['tasks:read', 'tasks:write']} />
        <label class="row">
          <input type="checkbox" name="here" defaultChecked />
          For this project alone
        </label>
        <details>
          <summary>Narrower still</summary>
          <div class="stack">
            <label>
              Environments; none: all
              <input name="environments" placeholder="staging, development" />
            </label>
            <label>
              Networks it may be used from; none: all
              <input name="ipCidrs" placeholder="203.0.113.0/24" />
            </label>
            <label>
              Requests a minute; none: as many as usual
              <input name="rate" type="number" min={1} max={600} />
            </label>
          </div>
        </details>
      </Form>
    </Dialog>
  );
}
