/** The environments that every project has from its creation. */
export const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
export const DEFAULT_ENVIRONMENT = 'development';
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,31}$/;
