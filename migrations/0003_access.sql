-- Who asks: people, clients, grants, tokens, keys; and what they do: members, invitations, environments, audit.
-- Times are milliseconds. Secrets are kept as HMAC-SHA-256 under the deployment's pepper, never as themselves.

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT,
  email_verified_at INTEGER,
  default_project_id TEXT,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
);
CREATE INDEX users_by_email ON users (email);
CREATE INDEX users_by_default_project ON users (default_project_id) WHERE default_project_id IS NOT NULL;

-- Sign-ins at another provider: found by issuer and subject alone, never by e-mail.
CREATE TABLE identities (
  iss TEXT NOT NULL,
  sub TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (iss, sub)
);
CREATE INDEX identities_by_user ON identities (user_id);

CREATE TABLE recovery_codes (hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, used_at INTEGER);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  credential_id TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL DEFAULT '[]',
  backed_up INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

CREATE TABLE ceremonies (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  challenge TEXT NOT NULL,
  user_id TEXT,
  data TEXT,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at);

CREATE TABLE signins (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  -- Made by a bootstrap or an invitation: it may register a passkey and nothing else.
  setup INTEGER NOT NULL DEFAULT 0,
  auth_time INTEGER NOT NULL,
  amr TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  idle_until INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  agent TEXT,
  ip_prefix TEXT
);
CREATE INDEX signins_by_user ON signins (user_id);

CREATE TABLE environments (
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT,
  is_production INTEGER NOT NULL DEFAULT 0,
  protected INTEGER NOT NULL DEFAULT 0,
  current_deployment_id TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, name)
);

-- Projects that were there before have the environments that each begins with.
INSERT INTO environments (project_id, name, is_production, created_at)
  SELECT id, column1, column1 = 'production', created_at
  FROM projects, (VALUES ('production'), ('staging'), ('development'));

CREATE TABLE members (
  project_id TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  role TEXT NOT NULL,
  added_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (project_id, principal_id)
);
CREATE INDEX members_by_principal ON members (principal_id);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  message TEXT,
  state TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  accepted_by TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  decided_at INTEGER
);
CREATE INDEX invitations_by_project ON invitations (project_id, id);
CREATE INDEX invitations_by_email ON invitations (lower(email)) WHERE state = 'pending';

CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  auth_method TEXT NOT NULL,
  redirect_uris TEXT NOT NULL DEFAULT '[]',
  scopes TEXT NOT NULL DEFAULT '[]',
  resources TEXT NOT NULL DEFAULT '[]',
  environments TEXT,
  jwks TEXT,
  jwks_uri TEXT,
  require_par INTEGER NOT NULL DEFAULT 0,
  dpop_bound INTEGER NOT NULL DEFAULT 0,
  rate_per_minute INTEGER,
  api_version TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  disabled_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX clients_by_project ON clients (project_id, id);

CREATE TABLE client_secrets (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER
);
CREATE INDEX client_secrets_by_client ON client_secrets (client_id);

-- Client ID metadata documents, as they were fetched.
CREATE TABLE client_documents (
  url TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  etag TEXT,
  digest TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX client_documents_by_expiry ON client_documents (expires_at);

CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  project_ids TEXT,
  document_digest TEXT,
  dpop_jkt TEXT,
  -- Asked for with offline_access, which token answers repeat.
  offline INTEGER NOT NULL DEFAULT 0,
  auth_time INTEGER,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER,
  reason TEXT
);
CREATE INDEX grants_by_user ON grants (user_id, id);
CREATE INDEX grants_by_client ON grants (client_id);

CREATE TABLE auth_codes (
  hash TEXT PRIMARY KEY,
  grant_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  redirect_uri_sent INTEGER NOT NULL,
  challenge TEXT NOT NULL,
  resources TEXT NOT NULL,
  scopes TEXT NOT NULL,
  dpop_jkt TEXT,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX auth_codes_by_expiry ON auth_codes (expires_at);

CREATE TABLE pushed_requests (
  hash TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  params TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  grant_id TEXT NOT NULL,
  parent TEXT,
  resources TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  successor_wrapped TEXT
);
CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE device_codes (
  hash TEXT PRIMARY KEY,
  user_code TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  resources TEXT NOT NULL,
  dpop_jkt TEXT,
  offline INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  user_id TEXT,
  grant_id TEXT,
  interval_s INTEGER NOT NULL,
  polled_at INTEGER,
  expires_at INTEGER NOT NULL
);
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);

-- Failures to guess: at a client's secret, at a device's code.
CREATE TABLE failures (
  k TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  until INTEGER NOT NULL
);
CREATE INDEX failures_by_end ON failures (until);

CREATE TABLE pats (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  parent_id TEXT,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  project_ids TEXT,
  environments TEXT,
  ip_cidrs TEXT,
  rate_per_minute INTEGER,
  api_version TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_via TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX pats_by_user ON pats (user_id, id);
CREATE INDEX pats_by_parent ON pats (parent_id);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  state TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  private_wrapped TEXT,
  not_before INTEGER NOT NULL,
  retire_at INTEGER
);

-- What must no longer be believed although its signature is good: tokens issued up to `not_before`.
CREATE TABLE revocations (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX revocations_by_time ON revocations (created_at);

-- What may be used once: a jti, an assertion, a ticket.
CREATE TABLE used_jti (k TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
CREATE INDEX used_jti_by_expiry ON used_jti (expires_at);

CREATE TABLE tickets (
  hash TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  origin TEXT,
  caller TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

CREATE TABLE idempotency (
  k TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX idempotency_by_time ON idempotency (created_at);

-- Which objects hold a socket that was opened with a credential: they are told when it dies.
CREATE TABLE sockets (
  credential TEXT NOT NULL,
  object TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (credential, object)
);
CREATE INDEX sockets_by_object ON sockets (object);
CREATE INDEX sockets_by_expiry ON sockets (expires_at);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  project_id TEXT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  credential TEXT NOT NULL,
  action TEXT NOT NULL,
  target_type TEXT NOT NULL,
  target_id TEXT NOT NULL,
  environment TEXT,
  outcome TEXT NOT NULL,
  request_id TEXT,
  ip TEXT,
  changes TEXT
);
CREATE INDEX audit_by_project ON audit (project_id, seq);
-- Denied writes of one principal are counted before another is written down.
CREATE INDEX audit_denied ON audit (actor, at) WHERE outcome = 'denied';

-- Name and description in lower case, for SQL folds ASCII only.
ALTER TABLE projects ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX projects_deleted ON projects (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE tasks ADD COLUMN environment TEXT NOT NULL DEFAULT 'development';
