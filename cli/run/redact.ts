// A copy of src/domain/redact.ts, written by `npm run gen`: what the server would hide, the runner does not even send.
/** What a secret looks like, by kind. Open-ended, so that a longer one is masked whole. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  sluice: /slc_[a-z]{2,4}_[0-9A-Za-z]{36,}/g,
  webhook: /whsec_[A-Za-z0-9+/=]{20,}/g,
  jwt: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  pem: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=:, -][\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  github: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g,
  gitlab: /\bglpat-[\w-]{20,}/g,
  slack: /\bxox[abeoprs]-[\w-]{10,}/g,
  aws: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  google: /\bAIza[\w-]{35}/g,
  anthropic: /(?<![\w.-])sk-ant-[\w-]{20,}/g,
  openai: /(?<![\w.-])sk-(?!ant-)(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,}/g,
  stripe: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  npm: /\bnpm_[A-Za-z0-9]{36}/g,
};

/** The header keeps its name, so that a reader sees what stood there. */
const AUTHORIZATION =
  /(authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token)\s+)?)(?=[^\s"',]*\d|[^\s"',$]{16})[^\s"',$]{6,}/gi;

/** Nothing shorter matches any of the above. */
const SECRET_CHARS_MIN = 15;

/**
 * A few letters of each of the above, so few that a look for them costs next to nothing: the most lines have none, and
 * lines come by the ten thousand.
 */
const A_TRACE = /[a-z][_-]|eyJ|A[KSI][Iz]|PRIVATE|[Tt][Hh][Oo]/;

/** One look that tells most of the other lines apart from those worth thirteen. */
const WORTH_A_LOOK =
  /slc_|whsec_|eyJ|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox|AKIA|ASIA|AIza|sk-|[rs]k_|npm_|authorization/i;

/** The text with each secret that can be recognised replaced by `[redacted:<kind>]`, whatever it costs. */
export function redactAll(text: string): string {
  let clean = text.replace(AUTHORIZATION, '$1[redacted:authorization]');
  for (const [kind, pattern] of Object.entries(PATTERNS)) {
    clean = clean.replace(pattern, `[redacted:${kind}]`);
  }
  return clean;
}

/** The same, told apart by a look or two from the text that holds none. */
export function redactText(text: string): string {
  if (text.length < SECRET_CHARS_MIN || !A_TRACE.test(text) || !WORTH_A_LOOK.test(text))
    return text;
  return redactAll(text);
}

function redactList(list: readonly unknown[]): readonly unknown[] {
  const clean = list.map(redact);
  return clean.some((member, index) => member !== list[index]) ? clean : list;
}

function redactMap(map: object): object {
  const keys = Object.keys(map);
  const members: readonly unknown[] = Object.values(map);
  const cleanKeys = keys.map(redactText);
  const cleanMembers = redactList(members);
  if (cleanMembers === members && cleanKeys.every((key, index) => key === keys[index])) return map;
  return Object.fromEntries(cleanKeys.map((key, index) => [key, cleanMembers[index]]));
}

/** A JSON value with every string in it redacted, keys too. One without a secret is given back as it is. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? redactList(value) : redactMap(value);
}

/** The members of an event's data, redacted before anything of it is stored or shown. */
export function redactMembers<T extends object>(members: T): T {
  // Strings stay strings and the shape stays, so the type does too.
  return redact(members) as T;
}
