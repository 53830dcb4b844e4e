/** Whether the keyboard has a ⌘. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
