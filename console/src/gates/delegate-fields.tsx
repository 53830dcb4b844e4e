import type { Member } from '../../../src/contract/member.ts';
import { useListing } from '../api/listing.ts';
import { me } from '../api/session.ts';
import { plain } from '../parts/plain.ts';

/** To whom, and for how long. */
export function DelegateFields({ projectId }: { readonly projectId: string }) {
  const { value, refusal } = useListing<Member>(`/v1/projects/${projectId}/members`);
  const own = me.value?.principal.id;
  const others = (value.value ?? []).filter(
    ({ kind, role, principalId }) => kind === 'person' && role !== 'viewer' && principalId !== own,
  );
  return (
    <>
      {refusal.value !== null && <p class="bad">{refusal.value.message}</p>}
      {value.value !== null && others.length === 0 && (
        <p class="wait">
          Nobody else in this project could decide it. <a href="/console/projects">Invite them</a>.
        </p>
      )}
      <label>
        To
        <select name="to" required>
          {others.map(({ principalId, name, role }) => (
            <option key={principalId} value={principalId}>
              {plain(name)} ({role})
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>
          Hours <span class="muted">for good, if you leave it empty</span>
        </span>
        <input name="hours" type="number" min="1" max="720" />
      </label>
    </>
  );
}
