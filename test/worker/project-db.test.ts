// T1: the only door to the rows of a project.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { ProjectDb } from '../../src/db/database.ts';
import { newProject } from './world.ts';

const ENVIRONMENTS = 'SELECT name, project_id AS projectId FROM environments';

describe('T1: the door to the rows of a project', () => {
  it.each([
    ENVIRONMENTS,
    `${ENVIRONMENTS} WHERE name = ?1`,
    `${ENVIRONMENTS} WHERE project_id = ?2`,
    `${ENVIRONMENTS} WHERE project_id = 'prj_other'`,
    'DELETE FROM environments',
    "UPDATE environments SET name = 'x' WHERE name = ?1",
    'INSERT INTO environments (name) VALUES (?1)',
  ])('takes no statement that does not name the project: %s', (sql) => {
    const db = new ProjectDb(env, 'prj_own');
    expect(() => db.prepare(sql, 'x')).toThrow('does not name it');
  });

  it('binds the project itself, whatever else is bound', async () => {
    const [own, other] = [await newProject(), await newProject()];
    const rows = await new ProjectDb(env, own)
      .prepare(`${ENVIRONMENTS} WHERE project_id = ?1 AND ?2 <> ''`, other)
      .all<{ projectId: string }>();
    expect(new Set(rows.results.map(({ projectId }) => projectId))).toEqual(new Set([own]));
  });
});
