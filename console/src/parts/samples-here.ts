import { me, projectId } from '../api/session.ts';
import { atServer, type Call, curlOf, runWords, samplesOf } from './samples.ts';

/** This server, where a token is sent only if it wants one. */
const here = () => ({
  origin: location.origin,
  needsToken: me.value?.authMode !== 'open',
});

/** A request as commands that work when they are pasted. */
export const samplesHere = (call: Call): ReturnType<typeof samplesOf> => samplesOf(call, here());

/** What makes this machine a runner of the project that is shown. */
export const runHere = (): string =>
  `npx sluice ${atServer(runWords(projectId.value), location.origin)}`;

/** The request by curl. */
export const curlHere = (call: Call): string => curlOf(call, here());
