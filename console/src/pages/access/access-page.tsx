export function Page(_: { readonly id: string }) {
  return <h1>Access</h1>;
}
