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

/** One look that tells most lines apart from those worth thirteen. */
const WORTH_A_LOOK =
  /slc_|whsec_|eyJ|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox|AKIA|ASIA|AIza|sk-|[rs]k_|npm_|authorization/i;

/** The text with each secret that can be recognised replaced by `[redacted:<kind>]`. */
export function redactText(text: string): string {
  if (!WORTH_A_LOOK.test(text)) return text;
  let clean = text.replace(AUTHORIZATION, '$1[redacted:authorization]');
  for (const [kind, pattern] of Object.entries(PATTERNS)) {
    clean = clean.replace(pattern, `[redacted:${kind}]`);
  }
  return clean;
}

/** A JSON value with every string in it redacted, keys too. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redactText(key), redact(member)]),
  );
}

/** The members of an event's data, redacted before anything of it is stored or shown. */
export function redactMembers<T extends object>(members: T): T {
  // Strings stay strings and the shape stays, so the type does too.
  return redact(members) as T;
}
