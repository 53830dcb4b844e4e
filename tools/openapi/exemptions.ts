// Findings of the lint that are no faults. Which operations are for everybody, a test of the Worker holds.

interface Operation {
  readonly parameters?: readonly { readonly name?: string }[];
  readonly security?: readonly unknown[];
  readonly responses?: Readonly<Record<string, unknown>>;
}
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
export interface Finding {
  readonly code: string;
  readonly message: string;
  /** Where it was found, from the root of the document. */
  readonly path: readonly (string | number)[];
}

/** Rules that ask for a credential: an operation for everybody has none, and answers no 401. */
const CREDENTIAL_RULES: ReadonlySet<string> = new Set([
  'owasp:api2:2023-read-restricted',
  'owasp:api2:2023-write-restricted',
  'owasp:api8:2023-define-error-responses-401',
]);
/** Rules that ask for refusals: what only leads to a page has none. */
const REFUSAL_RULES: ReadonlySet<string> = new Set([
  'owasp:api4:2023-rate-limit-responses-429',
  'owasp:api8:2023-define-error-responses-500',
  'owasp:api8:2023-define-error-validation',
]);

/** It takes a member of a body that is called `headers` for the headers of an answer. */
const CORS_RULE = 'owasp:api8:2023-define-cors-origin';
const SECRET_IN_URL = 'owasp:api2:2023-no-credentials-in-url';

const isPublic = ({ security }: Operation): boolean => security?.length === 0;
const isRedirect = ({ responses = {} }: Operation): boolean =>
  Object.keys(responses).every((status) => status.startsWith('3'));

/** Whether a finding is none here. */
export function isExempt({ code, path }: Finding, { paths }: Described): boolean {
  const [root, route, method] = path;
  if (root === 'components' && route === 'schemas') return code === CORS_RULE;
  if (root !== 'paths') return false;
  const operation = paths[String(route)]?.[String(method)];
  if (operation === undefined) return false;
  if (CREDENTIAL_RULES.has(code)) return isPublic(operation);
  if (REFUSAL_RULES.has(code)) return isRedirect(operation);
  // The id of a secret is none: it may stand in a path.
  return code === SECRET_IN_URL && operation.parameters?.[Number(path[4])]?.name === 'secretId';
}
