/** Work that takes long, and may not be needed at all. */

/** Calls `make` when its value is first asked for, and keeps the value. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
