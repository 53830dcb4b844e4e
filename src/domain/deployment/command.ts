import type { DeploymentArtifact } from '../../contract/deployment.ts';
import type { StageReportBody } from '../../contract/deployment-request.ts';
import type { ApprovalRule, Standings, Voter } from '../approval.ts';

/** The environment as it is at the moment. */
export interface Place {
  /** Null: it is not protected. */
  readonly rule: ApprovalRule | null;
  /** What is live there. */
  readonly currentDeploymentId: string | null;
}

/** What a decision looks at beside the deployment. */
export interface Facts {
  /** In milliseconds. */
  readonly now: number;
  /** Null: there is no such environment any more. */
  readonly place: Place | null;
  /** Of those who have voted, and of who votes. */
  readonly standings: Standings;
}

export interface ReportStage extends StageReportBody {
  readonly type: 'report-stage';
  readonly stage: string;
}

export interface AddArtifact {
  readonly type: 'add-artifact';
  readonly artifact: DeploymentArtifact;
  /** Who adds it, and those in whose name. */
  readonly requesters: readonly string[];
}

export interface Promote {
  readonly type: 'promote';
  readonly force: boolean;
  readonly by: string;
  /** Null for who is no person that may decide gates. */
  readonly voter: Voter | null;
}

export interface Fail {
  readonly type: 'fail';
  readonly stage: string;
  readonly summary: string;
  readonly remediation: readonly string[];
}

export interface Cancel {
  readonly type: 'cancel';
  readonly reason: string | null;
}

/** Time has passed. */
export interface Tick {
  readonly type: 'tick';
}

/** The task that has opened it has ended. */
export interface EndWithTask {
  readonly type: 'end-with-task';
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error: string | null;
}

export type DeploymentCommand =
  | ReportStage
  | AddArtifact
  | Promote
  | Fail
  | Cancel
  | Tick
  | EndWithTask;
