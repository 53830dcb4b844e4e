// Clients that have registered themselves, in the table `clients`: they belong to no project, and last 90 days.

import type { Scope } from '../contract/principal.ts';

/** In `created_by`, where else a person stands. */
export const REGISTRATION = 'registration';
export const REGISTRATION_MS = 90 * 86_400_000;

export interface NewRegisteredClient {
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  readonly dpopBound: boolean;
  readonly requirePar: boolean;
  readonly apiVersion: string;
  readonly createdAt: number;
}

const INSERT = `INSERT INTO clients (id, project_id, name, kind, auth_method, redirect_uris, scopes, require_par, dpop_bound,
  api_version, created_by, created_at, updated_at)
  SELECT ?1, '', ?2, 'native', 'none', ?3, ?4, ?5, ?6, ?7, '${REGISTRATION}', ?8, ?8
  WHERE (SELECT count(*) FROM clients WHERE project_id = '' AND created_at > ?9) < ?10`;
const EXPIRE = `DELETE FROM clients WHERE project_id = '' AND created_by = '${REGISTRATION}' AND created_at <= ?1`;

/** Changes no row where there are `max` of them already. */
export const insertRegisteredClient = (
  db: D1Database,
  client: NewRegisteredClient,
  max: number,
): D1PreparedStatement =>
  db
    .prepare(INSERT)
    .bind(
      client.id,
      client.name,
      JSON.stringify(client.redirectUris),
      JSON.stringify(client.scopes),
      client.requirePar ? 1 : 0,
      client.dpopBound ? 1 : 0,
      client.apiVersion,
      client.createdAt,
      client.createdAt - REGISTRATION_MS,
      max,
    );

/** Removes those whose time is over. */
export const expireRegisteredClients = (db: D1Database, now: number): D1PreparedStatement =>
  db.prepare(EXPIRE).bind(now - REGISTRATION_MS);
