import type { BoardTable } from './board-table.ts';
import type { BoardViewers } from './board-viewers.ts';

/** Tells those who watch the board which tasks have left the trash for ever. */
export function tellEmptied(
  { board, viewers }: { readonly board: BoardTable; readonly viewers: BoardViewers },
  taskIds: readonly string[],
): void {
  const timestamp = new Date().toISOString();
  const data = { deletedCount: taskIds.length, deletedTaskIds: [...taskIds] };
  // Where they were is not known any more: only who sees all of the project is told.
  const told = { type: 'trash:emptied', taskId: '0', timestamp, taskSeq: 1, data, place: [] };
  viewers.publish(board.append([told]));
}
