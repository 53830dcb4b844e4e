import { query, setQuery } from '../../routing/place.ts';

const FIELDS = [
  ['action', 'Action', 'member.role_changed'],
  ['actor', 'Who', 'usr_…'],
  ['target', 'To what', 'task_…'],
] as const;

/** What a field of the local time of the reader says, as an instant; empty where it says none. */
export const instantOf = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
};

export function AuditFilters() {
  const names = [...FIELDS.map(([name]) => name), 'from', 'to'];
  return (
    <form class="row" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {FIELDS.map(([name, label, example]) => (
        <label key={name}>
          {label}
          <input
            placeholder={example}
            value={query(name)}
            onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
          />
        </label>
      ))}
      {(['from', 'to'] as const).map((name) => (
        <label key={name}>
          {name === 'from' ? 'From' : 'To'}
          <input
            type="datetime-local"
            value={query(name)}
            onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
          />
        </label>
      ))}
      <button
        type="button"
        onClick={() => setQuery(Object.fromEntries(names.map((name) => [name, null])))}
      >
        All
      </button>
    </form>
  );
}
