import { z } from 'zod';

/** What is in a project hangs under its path. */
export const ProjectParams = z.object({
  projectId: z.string().meta({ example: 'prj_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
