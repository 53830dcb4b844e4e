import { type DayWindow, OTHER } from '../../contract/metrics.ts';
import type { UsageChange } from '../../domain/metrics/change.ts';
import type { UsageRow } from '../../domain/metrics/usage.ts';

export const USAGE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE usage_daily(
    day INTEGER NOT NULL, environment TEXT NOT NULL, workflow TEXT NOT NULL, agent TEXT NOT NULL, model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost_micro INTEGER NOT NULL,
    agent_tasks INTEGER NOT NULL, model_tasks INTEGER NOT NULL,
    PRIMARY KEY(day, environment, workflow, agent, model)) WITHOUT ROWID`,
];

/** The names of models come from runners, so a day ends somewhere: what is over it is summed as `other`. */
const ROWS_A_DAY_MAX = 500;

/** Sums end at what is exact, whatever is claimed. */
const ADD = `UPDATE usage_daily SET input_tokens = min(input_tokens + ?6, 9007199254740991),
    output_tokens = min(output_tokens + ?7, 9007199254740991), cost_micro = min(cost_micro + ?8, 9007199254740991),
    agent_tasks = agent_tasks + ?9, model_tasks = model_tasks + ?10
  WHERE day = ?1 AND environment = ?2 AND workflow = ?3 AND agent = ?4 AND model = ?5`;
const INSERT = 'INSERT INTO usage_daily VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)';
const COUNT = 'SELECT count(*) AS n FROM usage_daily WHERE day = ?';
const BETWEEN = `SELECT day, environment, workflow, agent, model, input_tokens, output_tokens, cost_micro, agent_tasks,
    model_tasks FROM usage_daily WHERE day BETWEEN ?1 AND ?2
    AND (?3 IS NULL OR environment IN (SELECT value FROM json_each(?3)))`;

/** The columns of `BETWEEN`. */
type Row = readonly [
  number,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  number,
  number,
];

const fromRow = ([
  day,
  environment,
  workflow,
  agent,
  model,
  inputTokens,
  outputTokens,
  costMicros,
  agentTasks,
  modelTasks,
]: Row): UsageRow => ({
  day,
  environment,
  workflow,
  agent,
  model,
  inputTokens,
  outputTokens,
  costMicros,
  agentTasks,
  modelTasks,
});

/** What the agents of a project have used: a row a day, environment, workflow, agent and model. */
export class UsageTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(where: Pick<UsageRow, 'environment' | 'workflow'>, change: UsageChange): void {
    const { environment, workflow } = where;
    const { day, agent, model } = change;
    if (this.#change(ADD, [day, environment, workflow, agent, model], change)) return;
    const { n } = this.#sql.exec<{ n: number }>(COUNT, day).one();
    const isFull = n >= ROWS_A_DAY_MAX;
    const names = isFull ? [OTHER, OTHER, OTHER] : [workflow, agent, model];
    const key = [day, environment, ...names];
    if (isFull && this.#change(ADD, key, change)) return;
    this.#change(INSERT, key, change);
  }

  #change(sql: string, key: readonly SqlStorageValue[], change: UsageChange): boolean {
    const { inputTokens, outputTokens, costMicros, agentTasks, modelTasks } = change;
    const values = [inputTokens, outputTokens, costMicros, agentTasks, modelTasks];
    return this.#sql.exec(sql, ...key, ...values).rowsWritten > 0;
  }

  /** In the order of the key; `environments` null: all of them. */
  *between(
    { first, last }: DayWindow,
    environments: readonly string[] | null,
  ): Generator<UsageRow> {
    const among = environments === null ? null : JSON.stringify(environments);
    const rows = this.#sql.exec(BETWEEN, first, last, among);
    // Lists of columns, as the statement names them: rows with names take longer to come out of the database.
    for (const row of rows.raw()) yield fromRow(row as unknown as Row);
  }
}
