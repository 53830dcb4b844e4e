import { z } from 'zod';
import { ApprovalPolicy } from './approval.ts';
import { queryText } from './field.ts';
import { listingOf, PageQuery } from './listing.ts';
import { Role } from './principal.ts';

/** The environments that every project has from its creation. */
export const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
export const DEFAULT_ENVIRONMENT = 'development';
export const ENVIRONMENTS_MAX = 10;
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,31}$/;
/** A principal is a member of at most so many projects. */
export const PROJECTS_MAX = 1_000;
/** A deleted project is kept out of sight for so long, and then it is gone. */
export const DELETED_KEPT_MS = 30 * 86_400_000;

export const Environment = z
  .object({
    name: z.string().meta({ example: 'production' }),
    url: z.string().nullable(),
    isProduction: z.boolean(),
    protected: z.boolean().meta({ description: 'A person has to promote what is deployed here.' }),
    approval: ApprovalPolicy.nullable().meta({
      description:
        'What is asked for before a deployment is promoted here, while it is protected; null: one approval, within a week.',
    }),
    currentDeploymentId: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'Environment' });
export type Environment = z.infer<typeof Environment>;

/** There are few, so they come whole: one page. */
export const EnvironmentList = listingOf(Environment, 'EnvironmentList');

export const Project = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    role: Role,
    defaultEnvironment: z.string(),
    environments: z.array(Environment).max(ENVIRONMENTS_MAX),
    createdBy: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;

export const ProjectList = listingOf(Project, 'ProjectList');

export const ProjectsQuery = PageQuery.extend({
  q: queryText('Q', 200)
    .optional()
    .meta({ description: 'A part of the name or the description, in any case.' }),
});
export type ProjectsQuery = z.infer<typeof ProjectsQuery>;
