// What the tests bind beside the Worker's own bindings.

declare namespace Cloudflare {
  interface Env {
    readonly TEST_MIGRATIONS: import('cloudflare:test').D1Migration[];
  }
}
