/** The clocks of runners, in milliseconds, where the config of a project says nothing else. */
export const LEASE_TTL_MS = 60_000;
export const HEARTBEAT_MS = 20_000;
/** How long a task waits for the first sign of life after a grant before it goes back, uncounted. */
export const FIRST_SIGN_MS = 15_000;
/** How long a runner keeps its lease at an undecided gate. */
export const HOLD_MS = 60_000;
export const CLAIM_WAIT_MS_MAX = 25_000;
/** What a stopped agent gets between SIGTERM and SIGKILL, and a paused one until its lease ends. */
export const GRACE_MS = 30_000;
/** Between two lookups of a reservation that no lease has answered. */
export const RESERVATION_MS = 30_000;
/** A runner that was not seen for longer counts as offline. */
export const RUNNER_SEEN_MS = 90_000;
/** How long a released task is offered to its last runner alone. */
export const LAST_RUNNER_MS = 900_000;
