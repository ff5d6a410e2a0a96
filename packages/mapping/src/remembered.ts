/**
 * A function that remembers what it made of up to `most` values: the same days, words and marks come again
 * and again in the records of a migration. Where most of what it is asked for is new, remembering costs more
 * than it saves, and it remembers no more; where nearly all is, that shows soon. That a value is absent says
 * nothing of the others: it is remembered apart. What is `undefined` is not remembered.
 */
export function remembered<K, T>(make: (key: K) => T, most = 20_000): (key: K) => T {
  const soon = most / 4;
  let known: Map<K, T> | null = new Map<K, T>();
  let absent: T | undefined;
  let hits = 0;
  return (key) => {
    if (key === null) return absent === undefined ? (absent = make(key)) : absent;
    if (known === null) return make(key);
    const found = known.get(key);
    if (found !== undefined) {
      hits += 1;
      return found;
    }
    if (known.size === soon && hits < soon / 4) known = null;
    else if (known.size === most) {
      if (hits < most) known = null;
      else known.clear();
      hits = 0;
    }
    const made = make(key);
    known?.set(key, made);
    return made;
  };
}

/** Whether a value may be remembered that may be cut out of a file's text: short ones are copied. */
export const isShort = (value: unknown): boolean =>
  typeof value === "string" ? value.length <= 12 : typeof value !== "object" || value === null;
