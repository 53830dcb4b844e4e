import type { Task } from '../../src/contract/task.ts';
import type { Outcome } from './api.ts';
import { type Standing, standingOf } from './ledger.ts';
import type { Move } from './moves.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

interface Target {
  readonly task: Task;
  readonly mark: string;
  readonly random: Random;
}

/** Makes a move and notes what became of it. False when nobody knows. */
export const makeMove = async (
  world: World,
  move: Move,
  { task, mark, random }: Target,
): Promise<boolean> => {
  const asked = move.ask(task, mark, random);
  if (asked === undefined) return true;
  const { path, body, marks = [mark] } = asked;
  const outcome = await world.api.send({ path: `/tasks/${task.id}${path}`, body });
  world.report.addMove(move.name, outcome.kind);
  note(world, move, { taskId: task.id, marks, outcome });
  return outcome.kind === 'acknowledged' || outcome.kind === 'refused';
};

interface Made {
  readonly taskId: string;
  readonly marks: readonly string[];
  readonly outcome: Outcome<unknown>;
}

const note = (world: World, move: Move, { taskId, marks, outcome }: Made): void => {
  const { ledger } = world;
  const standing = standingOf(outcome);
  if (move.counts === undefined) {
    for (const mark of marks) {
      if (move.tells.length > 0) {
        ledger.note({ taskId, what: move.name, types: move.tells, mark, standing });
      }
    }
  } else if (outcome.kind !== 'acknowledged' || move.counts(outcome.body)) {
    for (const type of move.tells) ledger.tally(taskId, type, standing);
  }
  if (move.makes !== undefined) noteMade(world, move.makes, { marks, outcome, standing });
};

/** The tasks that a move has made are there like any others. */
const noteMade = (
  { ledger }: World,
  makes: NonNullable<Move['makes']>,
  { marks, outcome, standing }: Omit<Made, 'taskId'> & { readonly standing: Standing },
): void => {
  if (outcome.kind !== 'acknowledged') {
    for (const description of marks) ledger.create({ description, standing });
    return;
  }
  for (const { id: taskId, description } of makes(outcome.body)) {
    ledger.create({ description, standing, taskId });
    const fact = { taskId, what: 'a subtask', types: ['task:created'], mark: description } as const;
    ledger.note({ ...fact, standing });
  }
};
