import type { Artifact } from '../contract/artifact.ts';

/** The newest version of a name, or the one that is wanted. */
export function artifactOf(
  artifacts: readonly Artifact[],
  name: string,
  version?: number,
): Artifact | undefined {
  return artifacts.findLast(
    (one) => one.name === name && (version === undefined || one.version === version),
  );
}

/** The newest version of each name, oldest first. */
export function newestArtifacts(artifacts: readonly Artifact[]): Artifact[] {
  const newest = new Map(artifacts.map(({ name, version }) => [name, version]));
  return artifacts.filter(({ name, version }) => newest.get(name) === version);
}

/** What all that is kept here takes. What lies elsewhere takes nothing. */
export const keptBytes = (artifacts: readonly Artifact[]): number =>
  artifacts.reduce((sum, { bytes, url }) => (url === undefined ? sum + bytes : sum), 0);
