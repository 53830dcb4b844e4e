import { z } from 'zod';
import { ApprovalPolicyBody } from './approval.ts';
import { fieldLine, fieldLink, fieldProse } from './plain-text.ts';
import { ENVIRONMENT_NAME, ENVIRONMENTS_MAX } from './project.ts';

const NAME_RULE = 'must be 1 to 32 lower-case letters, digits and hyphens, and begin with a letter';

const environmentName = (name: string) =>
  z
    .string({ error: `${name} must be a string` })
    .regex(ENVIRONMENT_NAME, `${name} ${NAME_RULE}`)
    .meta({ example: 'preview' });

const flag = (name: string) => z.boolean({ error: `${name} must be true or false` });

const settings = {
  url: fieldLink('Url').nullable().optional(),
  isProduction: flag('IsProduction').optional(),
  protected: flag('Protected').optional(),
  approval: ApprovalPolicyBody.nullable()
    .optional()
    .meta({ description: 'What a protected environment asks for; null: what is usual.' }),
};

export const NewEnvironmentBody = z
  .strictObject({ name: environmentName('Name'), ...settings })
  .meta({ id: 'NewEnvironment' });
export type NewEnvironmentBody = z.infer<typeof NewEnvironmentBody>;

export const ChangeEnvironmentBody = z
  .strictObject(settings)
  .meta({ id: 'ChangeEnvironment', description: 'What is left out stays.' });
export type ChangeEnvironmentBody = z.infer<typeof ChangeEnvironmentBody>;

const hasOwnNames = (named: readonly NewEnvironmentBody[]): boolean =>
  new Set(named.map(({ name }) => name)).size === named.length;

const projectName = fieldLine('Name', 100).meta({ example: 'Shop' });
const description = fieldProse('Description', 2_000);

export const CreateProjectBody = z
  .strictObject({
    name: projectName,
    description: description.default(''),
    defaultEnvironment: environmentName('DefaultEnvironment').optional(),
    environments: z
      .array(NewEnvironmentBody, { error: 'Environments must be a list' })
      .max(ENVIRONMENTS_MAX, `Environments must be ${ENVIRONMENTS_MAX} or fewer`)
      .refine(hasOwnNames, 'Environments must each have a name of their own')
      .default([])
      .meta({ description: 'They overlay production, staging and development, or are added.' }),
    config: z
      .record(z.string(), z.unknown(), { error: 'Config must be an object' })
      .optional()
      .meta({ description: 'A part of the configuration, as `PATCH /config` takes it.' }),
  })
  .meta({ id: 'CreateProject' });
export type CreateProjectBody = z.infer<typeof CreateProjectBody>;

export const ChangeProjectBody = z
  .strictObject({
    name: projectName.optional(),
    description: description.optional(),
    defaultEnvironment: environmentName('DefaultEnvironment').optional(),
  })
  .meta({ id: 'ChangeProject', description: 'What is left out stays.' });
export type ChangeProjectBody = z.infer<typeof ChangeProjectBody>;
