export function Page(_: { readonly id: string }) {
  return <h1>Task</h1>;
}
