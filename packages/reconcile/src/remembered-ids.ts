/** Ids that lie in one part of what is remembered. */
const part = 1024;

/**
 * A function that remembers what it made of up to `most` ids: those of an entity lie close together, and are found
 * by their places sooner than in a map. What is `undefined` is not remembered.
 */
export function rememberedIds<T>(
  make: (id: number) => T | undefined,
  most: number,
): (id: number) => T | undefined {
  let parts: (T | undefined)[][] = [];
  let known = 0;
  return (id) => {
    if (id < 0) return make(id);
    const at = id % part;
    const number = (id - at) / part;
    const found = parts[number]?.[at];
    if (found !== undefined) return found;
    const made = make(id);
    if (made === undefined) return undefined;
    if (known === most) {
      parts = [];
      known = 0;
    }
    known += 1;
    // Filled at once: a list that grows by holes is looked up like a map.
    (parts[number] ??= Array.from({ length: part }, () => undefined))[at] = made;
    return made;
  };
}
