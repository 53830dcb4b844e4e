import { plain } from '../../parts/plain.ts';
import { openGates, type View } from './standing.ts';

/** What people are asked now: a gate that is open, or a question of the agent. */
export function Notices({ view: { task } }: { readonly view: View }) {
  return (
    <>
      {openGates(task).map((gate) => (
        <section key={gate.id} class="panel row" aria-label={`Gate ${gate.name}`}>
          <h2>{plain(gate.name)}</h2>
          <a class="push" href={`/console/inbox?gate=${gate.id}`}>
            Decide it in the inbox
          </a>
        </section>
      ))}
      {task.status === 'paused' && task.pauseReason === 'input' && (
        <section class="panel" aria-label="A question">
          <h2>The agent asks something, and waits for your message</h2>
          {task.statusMessage !== undefined && <p>{plain(task.statusMessage)}</p>}
        </section>
      )}
    </>
  );
}
