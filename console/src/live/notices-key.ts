/** Where this browser keeps that somebody wants to be told. */
export const NOTICES_KEY = 'sluice.notices';

/** Whether somebody has asked for it here. */
export const wantsNotices = (): boolean => localStorage.getItem(NOTICES_KEY) !== null;
