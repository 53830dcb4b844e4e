import { InCode } from '../../parts/code.tsx';
import { useBoardKeys } from './board-keys.ts';
import { boardCalls } from './calls.ts';
import { wish } from './shown.ts';

/** What nobody needs to see the tasks: the board in code, and its keys. */
export function Foot() {
  useBoardKeys();
  return <InCode calls={boardCalls(wish.value)} />;
}
