// What somebody has filled in, as the body of the request that makes the task. Pure.

/** Names of fields are the places of their values in the body. */
const NUMBERS = [
  'maxRetries',
  'limits.maxCostPerTask',
  'limits.maxTokensPerTask',
  'limits.maxTurns',
  'limits.maxWallMinutes',
  'limits.maxFilesChanged',
  'limits.maxLinesChanged',
  'concurrency.max',
];
const WORDS = [
  ...['description', 'acceptanceCriteria', 'workflow', 'autonomy', 'priority', 'effort'],
  ...['environment', 'templateId', 'concurrency.key'],
];
const LISTS = ['requires', 'dependsOn'];

export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

export type NewTask =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly fault: FieldFault };

/** Fields that were left empty are left out, so that the template, the config and the server fill them. */
export function newTaskOf(field: (name: string) => string, projectId: string): NewTask {
  const body: Record<string, unknown> = projectId === '' ? {} : { projectId };
  const put = (path: string, value: unknown): void => {
    const [group = '', member] = path.split('.');
    if (member === undefined) body[group] = value;
    else body[group] = { ...(body[group] as object | undefined), [member]: value };
  };
  for (const name of WORDS) if (field(name).trim() !== '') put(name, field(name).trim());
  for (const name of NUMBERS) if (field(name) !== '') put(name, Number(field(name)));
  for (const name of LISTS) {
    const words = field(name).split(/[\s,]+/);
    const list = words.filter((word) => word !== '');
    if (list.length > 0) put(name, list);
  }
  const metadata = field('metadata').trim();
  if (metadata === '') return { ok: true, body };
  try {
    return { ok: true, body: { ...body, metadata: JSON.parse(metadata) } };
  } catch (error) {
    const message = `Metadata is no JSON: ${(error as Error).message}`;
    return { ok: false, fault: { path: 'metadata', message } };
  }
}

/** What the server says of single fields. */
export function faultsOf(body: Readonly<Record<string, unknown>>): readonly FieldFault[] {
  const { errors } = body;
  // The shape of every refusal that names fields.
  return Array.isArray(errors) ? (errors as readonly FieldFault[]) : [];
}
