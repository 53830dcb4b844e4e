import { me } from '../../api/session.ts';

/** A box for each scope that the reader has, since nobody gives away more; in rows of what they are about. */
export function ScopeBoxes({ chosen }: { readonly chosen: readonly string[] }) {
  const scopes = me.value?.credential.scopes ?? [];
  const kinds = [...new Set(scopes.map(kindOf))];
  return (
    <fieldset class="stack">
      <legend>What it may do</legend>
      {kinds.map((kind) => (
        <div key={kind} class="row">
          {scopes
            .filter((scope) => kindOf(scope) === kind)
            .map((scope) => (
              <label key={scope} class="row">
                <input
                  type="checkbox"
                  name="scopes"
                  value={scope}
                  defaultChecked={chosen.includes(scope)}
                />
                <code>{scope}</code>
              </label>
            ))}
        </div>
      ))}
    </fieldset>
  );
}

const kindOf = (scope: string): string => scope.slice(0, scope.indexOf(':'));
