// What a deployment may set beside `wrangler.toml`. `wrangler types` writes the rest of `Env`.

interface Settings {
  /** The origin under which the deployment is reached; the issuer of its tokens. */
  readonly PUBLIC_ORIGIN?: string;
  /** The key before ROOT_KEY: tried second while it is being replaced. */
  readonly ROOT_KEY_PREVIOUS?: string;
  /** `<unix expiry>.<sha256 hex>[.usr_…]` of the secret that makes the first owner, or lets a person in again. */
  readonly BOOTSTRAP?: string;
  /** `1`: what Sluice calls by itself may be http on loopback; counts only while PUBLIC_ORIGIN is loopback. */
  readonly ALLOW_LOOPBACK_TARGETS?: string;
  /** Requests a minute of a credential without a limit of its own; 600 where unset. */
  readonly RATE_LIMIT_DEFAULT?: string;
  /** `1`: clients may register themselves (RFC 7591). */
  readonly CLIENT_REGISTRATION?: string;
  /** An ISO time: writes answer 503 until then. */
  readonly MAINTENANCE_UNTIL?: string;
  /** An ISO time at which the signing key is replaced, however young it is. */
  readonly ROTATE_KEYS_AT?: string;
  readonly OIDC_ISSUER?: string;
  readonly OIDC_CLIENT_ID?: string;
  readonly OIDC_CLIENT_SECRET?: string;
  /** Comma-separated: who signs in upstream with a verified address of these may come without an invitation. */
  readonly OIDC_ALLOWED_DOMAINS?: string;
}

declare namespace Cloudflare {
  interface Env extends Settings {
    /** 32 random bytes in base64: the one secret of a deployment. */
    readonly ROOT_KEY?: string;
  }
}

interface Env extends Settings {}
