import { z } from 'zod';
import { fieldInteger, fieldText } from './field.ts';

/** What every write of a lease holder carries. */
export const Holder = z.object({
  leaseId: fieldText('LeaseId', 100, { required: true }),
  epoch: fieldInteger('Epoch', 0, Number.MAX_SAFE_INTEGER),
});
