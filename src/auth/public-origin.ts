/** The origin of the deployment: issuer and audience of its tokens, host of its passkeys. Unset, it is that of the request. */
export function publicOrigin(env: { readonly PUBLIC_ORIGIN?: string }, url: string): string {
  return env.PUBLIC_ORIGIN ?? url.slice(0, url.indexOf('/', url.indexOf('//') + 2));
}
