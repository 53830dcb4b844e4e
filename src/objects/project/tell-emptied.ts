import type { BoardTable } from './board-table.ts';
import type { BoardViewers } from './board-viewers.ts';

/** Tells those who watch the board which tasks have left the trash for ever. */
export function tellEmptied(
  { board, viewers }: { readonly board: BoardTable; readonly viewers: BoardViewers },
  taskIds: readonly string[],
): void {
  const timestamp = new Date().toISOString();
  const data = { deletedCount: taskIds.length, deletedTaskIds: [...taskIds] };
  const event = { type: 'trash:emptied', taskId: '0', timestamp, seq: 1, data } as const;
  viewers.publish(board.append([event]));
}
