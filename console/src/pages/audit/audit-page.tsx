export function Page(_: { readonly id: string }) {
  return <h1>Audit</h1>;
}
