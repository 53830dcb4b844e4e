export function Page(_: { readonly id: string }) {
  return <h1>Webhooks</h1>;
}
