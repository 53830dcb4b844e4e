import type { Listing } from '../../../../src/contract/listing.ts';
import type { Environment } from '../../../../src/contract/project.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { useFresh } from '../../live/fresh.ts';
import { query, setQuery } from '../../routing/place.ts';

/** The environments of the project; none while they are being read. */
export function useEnvironments(): readonly Environment[] {
  const project = projectId.value;
  const path = project && `/v1/projects/${project}/environments`;
  const environments = useReading<Listing<Environment>>(path);
  useFresh(environments.again, /^deployment\.succeeded$/);
  return environments.value.value?.data ?? [];
}

interface FilterProps {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** A filter whose choice the address keeps. */
export function Filter({ name, label, values }: FilterProps) {
  const chosen = query(name);
  return (
    <label>
      {label}
      <select onChange={(event) => setQuery({ [name]: event.currentTarget.value })}>
        <option value="" selected={chosen === ''}>
          all
        </option>
        {values.map((value) => (
          <option key={value} value={value} selected={value === chosen}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The environment of a form. */
export function EnvironmentField() {
  const environments = useEnvironments();
  return (
    <label>
      Environment
      <select name="environment">
        {environments.map(({ name, isProduction }) => (
          <option key={name} value={name} selected={isProduction}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
