/** What a person's browser shows, and no client asks for: routes that the reference does not list. */
export const PAGES =
  /^\/(signin|account|bootstrap|invite|device|pages|inbox|g|v1\/auth\/(authorize|consent|oidc))(\/|\.|$)/;
