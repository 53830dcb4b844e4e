import type { Config } from '../../../../src/contract/config.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { InCode } from '../../parts/code.tsx';
import { Form } from '../../parts/form.tsx';
import { Read } from '../../parts/read.tsx';
import { say } from '../../shell/toast.tsx';
import { mayManage, type Shown } from './shown.ts';

type Limits = Config['limits'];

/** In the order of how often somebody asks. */
const NUMBERS = {
  dailyBudget: 'Dollars a day, of the whole project',
  maxCostPerTask: 'Dollars a task',
  maxTokensPerTask: 'Tokens a task',
  maxConcurrentTasks: 'Tasks at work at once',
  maxTurns: 'Turns of an agent in a stage',
  maxRetries: 'Tries again of a stage',
  retryDelayMs: 'Milliseconds before the first of them',
  retryBackoffFactor: 'Times longer before each next one',
  leaseTtlSeconds: 'Seconds until a silent runner loses its task',
  stallMinutes: 'Minutes of nothing but heartbeats until it is told',
  queueTimeoutMinutes: 'Minutes in the queue until a task fails; none: never',
  maxWallMinutes: 'Minutes under leases, of one task',
  maxFilesChanged: 'Files that a task may change; none: no limit',
  maxLinesChanged: 'Lines that a task may change; none: no limit',
} as const satisfies Record<Exclude<keyof Limits, 'onStall' | 'onDailyReset'>, string>;

const CHOICES = {
  onStall: ['What becomes of a stalled task', ['none', 'requeue', 'pause']],
  onDailyReset: ['What midnight does for tasks that the day has stopped', ['resume', 'ask']],
} as const;

type NumberName = keyof typeof NUMBERS;

export function LimitsForm({ project }: Shown) {
  const path = `/config?projectId=${project.id}`;
  const reading = useReading<Config>(path);
  return (
    <>
      <p class="muted">For tasks that are made from now on. An empty field has the default.</p>
      <Read of={reading}>
        {({ limits }) => (
          <Form<Config>
            send="Save the limits"
            done={() => {
              say('The limits are changed.');
              reading.again();
            }}
            ask={({ number, text }) =>
              ask('PATCH', path, { body: { limits: changed(number, text) } })
            }
          >
            <fieldset class="limits" disabled={!mayManage(project)}>
              {Object.entries(NUMBERS).map(([name, label]) => (
                <label key={name}>
                  <span>
                    {label} <code class="muted">{name}</code>
                  </span>
                  {/* Of this record's own names. */}
                  <input
                    name={name}
                    type="number"
                    step="any"
                    min={0}
                    defaultValue={limits[name as NumberName]}
                  />
                </label>
              ))}
              {Object.entries(CHOICES).map(([name, [label, values]]) => (
                <label key={name}>
                  <span>
                    {label} <code class="muted">{name}</code>
                  </span>
                  <select name={name}>
                    {values.map((value) => (
                      <option key={value} selected={value === limits[name as keyof typeof CHOICES]}>
                        {value}
                      </option>
                    ))}
                  </select>
                </label>
              ))}
            </fieldset>
          </Form>
        )}
      </Read>
      <InCode
        calls={[
          { does: 'Raise the day', method: 'PATCH', path, body: { limits: { dailyBudget: 200 } } },
        ]}
      />
    </>
  );
}

/** Null returns to the default. */
const changed = (
  number: (name: string) => number | undefined,
  text: (name: string) => string,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries([
    ...Object.keys(NUMBERS).map((name) => [name, number(name) ?? null]),
    ...Object.keys(CHOICES).map((name) => [name, text(name)]),
  ]);
