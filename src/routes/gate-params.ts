import { z } from 'zod';
import { TaskParams } from './parts.ts';

const GATE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** A gate of a task: the newest instance of its name, or the one with this id. */
export const GateParams = TaskParams.extend({
  gateName: z.string().regex(GATE_NAME, 'GateName must be 1 to 100 of A-Z, a-z, 0-9 and . _ : -'),
});
