// What the CSV of the metrics says: what was used on a day, in an environment, by a workflow, an agent and a model. Pure.

export interface UsageRow {
  readonly date: string;
  readonly project: string;
  readonly environment: string;
  readonly workflow: string;
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly estimatedCost: number;
}

/** A record of RFC 4180: fields with commas, quotation marks and line breaks stand in quotation marks. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|$)/y;
/** The server writes an apostrophe before what a spreadsheet would take for a formula. */
const GUARDED = /^'(?=[=+\-@\t\r\n＝＋－＠])/;

/** The records of a CSV file, each with its fields. */
export function recordsOf(csv: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < csv.length) {
    const found = FIELD.exec(csv);
    if (found === null) break;
    const [, quoted, bare = '', end] = found;
    record.push((quoted?.replaceAll('""', '"') ?? bare).replace(GUARDED, ''));
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

/** The rows of one project. */
export function usageRows(csv: string, project: string): readonly UsageRow[] {
  const [header = [], ...records] = recordsOf(csv);
  return records.map((record) => {
    const text = (name: string): string => record[header.indexOf(name)] ?? '';
    const number = (name: string): number => Number(text(name)) || 0;
    return {
      project,
      date: text('date'),
      environment: text('environment'),
      workflow: text('workflow'),
      agent: text('agent'),
      model: text('model'),
      inputTokens: number('inputTokens'),
      outputTokens: number('outputTokens'),
      totalTokens: number('totalTokens'),
      estimatedCost: number('estimatedCost'),
    };
  });
}
