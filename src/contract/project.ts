/** The environments that every project has from its creation. */
export const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
export const DEFAULT_ENVIRONMENT = 'development';
