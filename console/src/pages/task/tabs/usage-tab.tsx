// What the task has cost so far, drawn as it grew, and a table of the same by stage.

import type { OtherEvent } from '../../../live/task-stream.ts';
import { Empty } from '../../../parts/empty.tsx';
import { count, dollars } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';
import type { TabProps } from '../tab-panel.tsx';
import { CostChart } from './cost-chart.tsx';
import { costsOf } from './costs.ts';

export function UsageTab({ stream, budget, view: { task, at } }: TabProps) {
  const isRead = stream.version.value >= 0;
  const until = (event: OtherEvent): boolean => isRead && event.seq <= (at ?? Infinity);
  const { points, stages } = costsOf(stream.events.filter(until));
  if (points.length === 0)
    return (
      <Empty
        title="Nothing has been used yet"
        command={`echo '::sluice {"type":"usage","inputTokens":1200,"outputTokens":300}'`}
      >
        <p class="muted">An agent under `sluice run` says what it has used so:</p>
      </Empty>
    );
  return (
    <section class="panel stack" aria-label="Usage">
      <CostChart points={points} limit={budget?.cost.limit ?? null} />
      <div class="scroll">
        <table>
          <caption class="muted">By stage, all attempts together</caption>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" class="number">
                Tokens in
              </th>
              <th scope="col" class="number">
                Tokens out
              </th>
              <th scope="col" class="number">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {stages.map(({ stage, input, output, micros }) => (
              <tr key={stage}>
                <th scope="row">{stage === '' ? 'before any stage' : plain(stage)}</th>
                <td class="number">{count(input)}</td>
                <td class="number">{count(output)}</td>
                <td class="number">{dollars(micros / 1e6)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">All</th>
              <td class="number">{count(task.usage.inputTokens)}</td>
              <td class="number">{count(task.usage.outputTokens)}</td>
              <td class="number">{dollars(task.usage.estimatedCost)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      {task.usage.withSubtasks !== undefined && (
        <p class="muted">
          With its subtasks {dollars(task.usage.withSubtasks.estimatedCost)} and{' '}
          {count(task.usage.withSubtasks.totalTokens)} tokens.
        </p>
      )}
    </section>
  );
}
