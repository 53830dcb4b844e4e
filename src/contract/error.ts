import { z } from 'zod';

/** One row a code: how every door answers it. A code is never renamed. */
export interface ErrorRow {
  readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 409
    | 410
    | 412
    | 413
    | 415
    | 422
    | 426
    | 428
    | 429
    | 500
    | 503;
  /** What the code means, for the reader of the documentation. */
  readonly meaning: string;
}

const row = (status: ErrorRow['status'], meaning: string): ErrorRow => ({ status, meaning });

/** The one table of refusals. A new code does not compile until it answers here. */
export const ERRORS = {
  invalid_json: row(400, 'The body is not a JSON object.'),
  invalid_request: row(400, 'A field, parameter or header is missing or wrong.'),
  unknown_workflow: row(400, 'No workflow of this name exists in the project.'),
  unknown_dependency: row(400, 'A task that this one should wait for does not exist.'),
  dependency_cycle: row(400, 'Tasks would wait for each other.'),
  invalid_cursor: row(400, 'The cursor was not made by this list.'),
  invalid_idempotency_key: row(400, 'The Idempotency-Key is not 1 to 255 visible characters.'),
  unknown_environment: row(400, 'The project has no environment of this name.'),
  unknown_version: row(400, 'This version of the API was never published.'),
  invalid_event: row(400, 'An event of the batch is not of a known form.'),
  invalid_action: row(400, 'The action of a gate is not of a known form.'),
  delegate_not_eligible: row(400, 'They could not decide this gate.'),
  digest_mismatch: row(400, 'The bytes are not those of the digest.'),
  bad_sequence: row(400, 'The numbers of the batch do not count up by one.'),
  protocol_unsupported: row(400, 'None of the protocols offered is spoken here.'),
  unauthorized: row(401, 'The request carries no credential.'),
  invalid_token: row(401, 'The credential is unknown, expired or revoked.'),
  invalid_dpop_proof: row(401, 'The DPoP proof is missing or wrong.'),
  use_dpop_nonce: row(401, 'The DPoP proof needs the nonce of the header DPoP-Nonce.'),
  insufficient_user_authentication: row(401, 'The person has to sign in again for this.'),
  insufficient_scope: row(403, 'The credential lacks the scope.'),
  role_too_low: row(403, 'The role in this project is too low.'),
  scope_exceeds_yours: row(403, 'Nobody gives away more than they have.'),
  environment_forbidden: row(403, 'The credential is not for this environment.'),
  ip_forbidden: row(403, 'The credential is not for this address.'),
  agent_forbidden: row(403, 'Agents may not do this.'),
  human_required: row(403, 'Only a person may do this.'),
  forbidden_origin: row(403, 'The request comes from a foreign web page.'),
  forbidden_host: row(403, 'The server is asked under a foreign name.'),
  not_an_approver: row(403, 'The gate is decided by others.'),
  edit_not_allowed: row(403, 'The action of this gate may not be edited.'),
  self_approval: row(403, 'Nobody approves what they have made themselves.'),
  not_lease_holder: row(403, 'The lease belongs to another runner.'),
  not_found: row(404, 'It does not exist, or it is not yours.'),
  method_not_allowed: row(405, 'The path exists, the method does not.'),
  invalid_transition: row(409, 'The state of the task forbids this change.'),
  conflict: row(409, 'Somebody else changed it at the same time.'),
  in_use: row(409, 'Something else still needs it.'),
  limit_reached: row(409, 'There are as many of them as there may be.'),
  last_owner: row(409, 'A project keeps at least one owner.'),
  already_member: row(409, 'They are a member already.'),
  already_invited: row(409, 'They have been invited already.'),
  idempotency_in_flight: row(409, 'The first request with this Idempotency-Key still runs.'),
  lease_held: row(409, 'A runner holds the task.'),
  no_lease: row(409, 'The task has no lease.'),
  stale_epoch: row(409, 'The lease has ended; its writes change nothing.'),
  sequence_gap: row(409, 'Events between the last accepted and this batch are missing.'),
  request_id_reused: row(409, 'The same requestId came with another request.'),
  work_finished: row(409, 'This work has a result already.'),
  events_outstanding: row(409, 'Events that the result counts on have not arrived.'),
  runner_busy: row(409, 'The runner still holds leases.'),
  dependency_open: row(409, 'A task that this one waits for is not completed.'),
  subtasks_open: row(409, 'Subtasks are still open.'),
  subtasks_failed: row(409, 'Subtasks have failed.'),
  no_subtasks: row(409, 'The task has no subtasks.'),
  artifact_required: row(409, 'The deployment has no artifact that could be promoted.'),
  newer_deployment_live: row(409, 'A newer deployment is live in this environment.'),
  gate_not_required: row(409, 'The task has no gate of this name.'),
  gate_decided: row(409, 'The gate has been decided.'),
  gate_not_approved: row(409, 'The gate has not been approved.'),
  gate_consumed: row(409, 'The approval has been used.'),
  action_mismatch: row(409, 'It is not the action that was approved.'),
  delegation_loop: row(409, 'They have delegated it themselves.'),
  budget_not_raised: row(409, 'The limit is not higher than the one that holds.'),
  action_changed: row(409, 'The action is no longer the one that was seen.'),
  too_many_subtasks: row(409, 'The task has as many subtasks as a task may have.'),
  too_many_gates: row(409, 'The task has had as many gates as a task may have.'),
  not_a_stage_gate: row(409, 'Changes can be requested at the gate of a stage only.'),
  task_trashed: row(409, 'The task is in the trash.'),
  not_trashed: row(409, 'The task is not in the trash.'),
  task_archived: row(409, 'The task is archived.'),
  not_archived: row(409, 'The task is not archived.'),
  cursor_expired: row(410, 'What the cursor points to is no longer kept.'),
  revision_mismatch: row(412, 'It has changed since it was read.'),
  too_large: row(413, 'The body is too large.'),
  unsupported_media_type: row(415, 'The body is not JSON.'),
  validation_failed: row(422, 'A field of the body is missing or wrong.'),
  url_not_allowed: row(422, 'Sluice does not call this URL.'),
  idempotency_mismatch: row(422, 'The Idempotency-Key came with another request before.'),
  upgrade_required: row(426, 'This path speaks WebSocket only.'),
  precondition_required: row(
    428,
    'This change needs an If-Match header, or the hash of what was seen.',
  ),
  rate_limited: row(429, 'Too many requests.'),
  internal: row(500, 'A fault of the server.'),
  maintenance: row(503, 'Writes are off while the service is maintained.'),
  unavailable: row(503, 'The service is not there at the moment.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** One wrong field: `path` in the client's terms (`description`, `?limit`, `^If-Match`), `message` for people. */
export const FieldError = z.object({
  path: z.string(),
  /** JSON Pointer into the body; absent for a parameter or a header. */
  pointer: z.string().optional(),
  code: z.string().optional(),
  message: z.string(),
});
export type FieldError = z.infer<typeof FieldError>;

/**
 * The body of every answer that is not 2xx: a problem of RFC 9457, with `error` as a sentence beside. Members that help
 * (`currentEpoch`, `expected`, …) stand beside.
 */
export const ErrorBody = z
  .looseObject({
    error: z.string().meta({ description: 'A sentence for people.' }),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    type: z.string().meta({ description: 'A URI that names the kind of problem.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The path that was asked.' }),
    hint: z.string().optional(),
    requestId: z.string(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Error' });

/** An expected refusal, as a value: it crosses object calls whole and changes nothing. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** Members that stand beside `code` in the answer. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (
  code: ErrorCode,
  message: string,
  extra?: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: extra === undefined ? { code, message } : { code, message, extra },
});

export const TASK_NOT_FOUND = refuse('not_found', 'Task not found');
