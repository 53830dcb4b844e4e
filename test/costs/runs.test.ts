// What it costs to run tasks: runners, leases, work.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { describe, it, vi } from 'vitest';
import { HEARTBEAT_MS } from '../../src/contract/timing.ts';
import { claimOne, eventually, logBatch, newTestRunner, taskStub } from '../worker/world.ts';
import { expectCost, stopTime } from './cost-of.ts';
import { newKnownHolder, newKnownTask, newKnownWorld } from './known-world.ts';
import { readMeter } from './meter.ts';

stopTime();

describe('runners', () => {
  it('registration', async () => {
    const { projectId } = await newKnownWorld();
    await expectCost('register', () => newTestRunner(projectId));
  });

  it('a claim with nothing to do', async () => {
    const { runner } = await newKnownWorld();
    await expectCost('claimNothing', () => runner.claim());
  });

  it('a claim', async () => {
    const world = await newKnownWorld();
    await newKnownTask(world);
    await expectCost('claim', () => claimOne(world.runner));
  });
});

describe('a lease', () => {
  it('the first heartbeat, and one that brings no news', async () => {
    const world = await newKnownWorld();
    await newKnownTask(world);
    const holder = await claimOne(world.runner);
    const beat = () => holder.beat({ workId: holder.grant.work.workId });
    await expectCost('firstHeartbeat', beat);
    await expectCost('heartbeat', beat);
  });

  it('the alarm that looks whether its runner still lives', async () => {
    const { taskId, beat } = await newKnownHolder();
    vi.setSystemTime(Date.now() + HEARTBEAT_MS);
    await beat();
    await expectCost('leaseAlarm', () => runDurableObjectAlarm(taskStub(taskId)));
  });

  it('a runner that is silent for half a second has its clock written down', async () => {
    const { beat } = await newKnownHolder();
    vi.unstubAllGlobals();
    await expectCost('silence', async () => {
      const before = readMeter();
      await beat();
      await eventually(() => readMeter(before).rowsWritten).toBe(1);
    });
  });
});

describe('work', () => {
  it('a batch of 500 log lines', async () => {
    const { events } = await newKnownHolder();
    await expectCost('batch', () => events(logBatch(1, 500)));
  });

  it('a batch that tells what was consumed', async () => {
    const { events } = await newKnownHolder();
    const data = { model: 'sonnet', inputTokens: 10, outputTokens: 1 };
    await expectCost('usage', () => events([{ n: 1, type: 'usage:report', data }]));
  });

  it('the result of a stage', async () => {
    const holder = await newKnownHolder();
    await expectCost('result', () => holder.result(holder.grant.work.workId));
  });
});
