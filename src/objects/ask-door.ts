/** Calls a method that stands in the class of a door itself. A name that does not is a fault of ours. */
export async function askDoor(
  door: object,
  method: string,
  values: readonly unknown[],
): Promise<unknown> {
  const prototype: unknown = Object.getPrototypeOf(door);
  const found: unknown =
    typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, method)
      ? Reflect.get(prototype, method)
      : undefined;
  if (typeof found !== 'function') throw new Error(`The door has no method ${method}.`);
  return Reflect.apply(found, door, values) as unknown;
}
