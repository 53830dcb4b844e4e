import { z } from 'zod';

/** How the runners of a project are doing. Times are ISO 8601, `uptime` is in seconds. */
export const Metrics = z
  .object({
    uptime: z.number(),
    memoryUsage: z
      .object({ heapUsed: z.number(), heapTotal: z.number(), rss: z.number() })
      .nullable(),
    taskCounts: z.object({
      processed: z.number().int(),
      succeeded: z.number().int(),
      failed: z.number().int(),
      active: z.number().int().meta({ description: 'Leases that live.' }),
    }),
    lastHealthCheck: z.string().meta({ description: 'When a runner was last seen.' }),
    healthChecksPassed: z.number().int().meta({ description: 'Leases that ended in order.' }),
    healthChecksFailed: z.number().int().meta({
      description: 'Leases that ran out because their runner fell silent.',
    }),
    restartHistory: z.array(z.unknown()),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof Metrics>;

export const DaemonHealth = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    metrics: Metrics,
    daemon: z.object({
      isRunning: z.literal(true),
      pid: z.null(),
      startedAt: z.string(),
      uptime: z.number(),
    }),
    timestamp: z.string(),
  })
  .meta({ id: 'DaemonHealth' });
export type DaemonHealth = z.infer<typeof DaemonHealth>;

/** No runner is connected. It is no fault, and yet 503: so the original said it. */
export const NoDaemon = z
  .object({
    error: z.literal('Daemon not running'),
    code: z.literal('unavailable'),
    status: z.literal('unavailable'),
    metrics: z.null(),
    message: z.string(),
    timestamp: z.string(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'NoDaemon' });
