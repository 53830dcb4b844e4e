/** The demo's project: the same id in every installation, so it can be looked for without being remembered. */
export const DEMO_PROJECT_ID = 'prj_000000000000000000000000d0';
