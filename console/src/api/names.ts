// What people of a project are called: ids are for machines.

import type { Member } from '../../../src/contract/member.ts';
import { useReading } from './read.ts';

interface Members {
  readonly data: readonly Member[];
}

/** A function from the id of a person to their name, or to the id itself where nobody knows the name. */
export function useNames(projectId: string | null | undefined): (id: string) => string {
  const path = projectId == null ? null : `/v1/projects/${projectId}/members?limit=100`;
  const { value } = useReading<Members>(path);
  const names = new Map(value.value?.data.map(({ principalId, name }) => [principalId, name]));
  return (id) => names.get(id) ?? id;
}
