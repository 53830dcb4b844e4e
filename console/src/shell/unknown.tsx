/** What is shown at an address that leads nowhere. */
export function Unknown() {
  return (
    <div class="empty">
      <h1>There is no such page</h1>
      <p>
        The address leads nowhere. <a href="/console/">All tasks</a> are on the board.
      </p>
    </div>
  );
}
