import { me, projectId } from '../api/session.ts';
import { atServer, type Call, runWords, samplesOf } from './samples.ts';

/** A request as commands that work when they are pasted: at this server, with a token only where it wants one. */
export const samplesHere = (call: Call): ReturnType<typeof samplesOf> =>
  samplesOf(call, {
    origin: location.origin,
    needsToken: me.value?.authMode !== 'open',
  });

/** What makes this machine a runner of the project that is shown. */
export const runHere = (): string =>
  `npx sluice ${atServer(runWords(projectId.value), location.origin)}`;

/** The request by curl. */
export const curlHere = (call: Call): string => samplesHere(call).curl;
