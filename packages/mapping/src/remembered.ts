/**
 * A function that remembers what it made of up to `most` values: the same days, words and marks come again
 * and again in the records of a migration. Where most of what it is asked for is new, remembering costs more
 * than it saves, and it remembers no more. It does not remember `undefined`.
 */
export function remembered<K, T>(make: (key: K) => T, most = 5_000): (key: K) => T {
  let known: Map<K, T> | null = new Map<K, T>();
  let asked = 0;
  return (key) => {
    if (known === null) return make(key);
    asked += 1;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size === most) {
      if (asked < most * 2) known = null;
      else known.clear();
      asked = 0;
    }
    const made = make(key);
    known?.set(key, made);
    return made;
  };
}
