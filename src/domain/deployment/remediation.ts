import { PROMOTE } from '../../contract/deployment.ts';

const BUILD = [
  'Read the log of the build and fix its first error; those after it often follow from it.',
  'Build the same commit on a clean checkout with the versions that the lock file names.',
  'Deploy again from the fixed commit.',
];
const TEST = [
  'Run the failed tests alone on the same commit and see whether they fail each time.',
  'Fix the code, or the test where it is wrong; do not skip it.',
  'Deploy again once the whole suite passes.',
];
const PROMOTION = [
  'See what is live in the environment: it has stayed as it was.',
  'Ask those who approve for this environment what keeps them.',
  'Redeploy the last good deployment, or deploy again.',
];
const TIMEOUT = [
  'Look at the log of the stage that had not ended: it may hang, or wait for a worker.',
  'See whether what reports to this deployment still runs and reaches Sluice.',
  'Deploy again, with a longer timeoutSeconds if the work takes that long.',
];
const OTHER = [
  'Read the log of the stage and fix the first error.',
  'Deploy again from the fixed commit.',
];

const BY_STAGE: Readonly<Record<string, readonly string[]>> = {
  build: BUILD,
  test: TEST,
  [PROMOTE]: PROMOTION,
};

/** What is usually to be done where who reported a failure has not said; never empty. */
export function usualSteps(stage: string, timedOut = false): string[] {
  if (timedOut && stage !== PROMOTE) return [...TIMEOUT];
  return [...((Object.hasOwn(BY_STAGE, stage) ? BY_STAGE[stage] : undefined) ?? OTHER)];
}
