// What a deployment may set beside `wrangler.toml`. `wrangler types` writes the rest of `Env`.

declare namespace Cloudflare {
  interface Env {
    /** 32 random bytes in base64: the one secret of a deployment. */
    readonly ROOT_KEY?: string;
    /** The origin under which the deployment is reached; the issuer of its tokens. */
    readonly PUBLIC_ORIGIN?: string;
  }
}
