// The names of limits, without a schema: they are also read where no schema library is.

/** Every limit that holds a task back, by the name that it has in the config. */
export const BUDGET_LIMITS = [
  'maxTokensPerTask',
  'maxCostPerTask',
  'dailyBudget',
  'maxWallMinutes',
  'maxFilesChanged',
  'maxLinesChanged',
] as const;

/** The shares of a limit at which it is told how much has been used. */
export const THRESHOLDS = [0.5, 0.8, 0.95] as const;
