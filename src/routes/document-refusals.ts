// The same refusal is written once: most operations refuse in the same words.

interface Refusal {
  readonly description?: string;
  readonly content?: Readonly<Record<string, unknown>>;
}

type Responses = Record<string, object>;

const PROBLEM = 'application/problem+json';

/** Puts each refusal of an operation among the shared ones, and leaves a reference in its place. */
export function shareRefusals(responses: Responses, shared: Record<string, unknown>): void {
  for (const [status, answer] of Object.entries(responses)) {
    const name = Number(status) >= 400 ? nameOf(answer) : null;
    if (name === null) continue;
    // The codes say what it is, so a name means the same wherever it stands.
    shared[name] ??= answer;
    if (JSON.stringify(shared[name]) === JSON.stringify(answer)) {
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
}

/** `NotFound`, `InvalidRequest.InvalidJson.Problem`: of the codes that the description names. */
function nameOf({ description = '', content = {} }: Refusal): string | null {
  const codes = [...description.matchAll(/`([a-z_]+)`:/g)].map(([, code = '']) => code);
  if (codes.length === 0) return null;
  const words = [...codes, ...(PROBLEM in content ? ['problem'] : [])];
  return words.map(pascal).join('.');
}

const pascal = (code: string): string =>
  code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
