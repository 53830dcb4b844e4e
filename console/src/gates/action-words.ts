// What an action would do, in a sentence. It is for a first look: what is decided is the whole action, which is shown beside it.

import type { GateAction } from '../../../src/contract/gate.ts';
import { plain } from '../parts/plain.ts';

/** Text of ours, and between it names and commands of others. */
export type Words = readonly (string | { readonly code: string })[];

const SHOWN_MAX = 120;

/** A word of the action, cut where it is too long for a sentence. */
function code(value: unknown): { readonly code: string } {
  const text = plain(typeof value === 'string' ? value : (JSON.stringify(value) ?? '…'));
  return { code: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)}…` : text };
}

/** What happens once it is approved. */
export function actionWords({ type, target, params }: GateAction): Words {
  const at = (name: string) => code(target[name]);
  const how = (name: string) => code(params[name]);
  switch (type) {
    case 'gate.default':
      return ['Let the task go on'];
    case 'stage.continue':
      return ['Go on from ', at('stage'), ' to ', how('next')];
    case 'git.commit':
      return [`Commit ${filesOf(params)} to `, at('branch')];
    case 'git.push':
      return [
        params['force'] === true ? 'Push with force ' : 'Push ',
        at('branch'),
        ' to ',
        at('remote'),
      ];
    case 'git.merge':
      return ['Merge ', at('branch'), ' into ', at('into')];
    case 'tool.call':
      return ['Call the tool ', at('tool')];
    case 'shell.exec':
      return ['Run ', code(commandOf(params['argv']))];
    case 'deploy':
      return [
        'Deploy ',
        ...(params['release'] === undefined ? [] : [how('release'), ' ']),
        'to ',
        at('environment'),
      ];
    case 'budget.extend':
      return ['Raise the limit ', at('limit'), ' from ', how('from'), ' to ', how('to')];
    case 'custom':
      return ['Do ', at('name')];
    default:
      return type satisfies never;
  }
}

function filesOf(params: GateAction['params']): string {
  const files = params['fileCount'];
  if (typeof files !== 'number') return 'what has changed';
  return files === 1 ? '1 file' : `${files} files`;
}

/** Arguments with what keeps them apart: a space within one is no space between two. */
const commandOf = (argv: unknown): string =>
  Array.isArray(argv)
    ? argv
        .map((one) => (/^[\w./:=@%+,-]+$/.test(String(one)) ? one : JSON.stringify(one)))
        .join(' ')
    : '';
