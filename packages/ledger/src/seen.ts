/** Room for the ids of a billion records; what is not used takes no memory. */
const mostBytes = 2 ** 27;

/**
 * Records that an extraction has seen, a bit each by their ids. Nothing is written of what is as it was:
 * only what was not seen is marked, in the end. Threads that are handed `buffer` share it.
 */
export class Seen {
  readonly buffer: SharedArrayBuffer;
  readonly #bits: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(0, { maxByteLength: mostBytes })) {
    this.buffer = buffer;
    this.#bits = new Uint8Array(buffer);
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (let bits of this.#bits) for (; bits !== 0; bits &= bits - 1) size += 1;
    return size;
  }

  delete(id: number): void {
    if (this.has(id)) this.#bits[id >>> 3]! &= ~(1 << (id & 7));
  }

  add(id: number): void {
    this.#reach(id >>> 3);
    this.#bits[id >>> 3]! |= 1 << (id & 7);
  }

  /** Adds all from one to another. */
  addStretch(first: number, last: number): void {
    this.#reach(last >>> 3);
    for (let id = first; id <= last; id += 1) {
      if ((id & 7) === 0 && id + 7 <= last) {
        this.#bits[id >>> 3] = 0xff;
        id += 7;
      } else this.#bits[id >>> 3]! |= 1 << (id & 7);
    }
  }

  /** Adds what another one has. */
  addAll(other: Seen): void {
    const bits = other.#bits;
    if (bits.length > 0) this.#reach(bits.length - 1);
    for (let i = 0; i < bits.length; i += 1) this.#bits[i]! |= bits[i]!;
  }

  /** Calls `work` with the first and the last of each stretch of ids up to `last` that were not seen. */
  eachGap(last: number, work: (first: number, last: number) => void): void {
    let from = 1;
    for (let id = 1; id <= last; id += 1) {
      if (this.#bits[id >>> 3] === 0xff) {
        if (from < id) work(from, id - 1);
        id |= 7;
        from = id + 1;
      } else if (this.has(id)) {
        if (from < id) work(from, id - 1);
        from = id + 1;
      }
    }
    if (from <= last) work(from, last);
  }

  /** Makes room for byte `place`. */
  #reach(place: number): void {
    if (place < this.#bits.length) return;
    this.buffer.grow(Math.min(mostBytes, Math.max(place + 1, this.#bits.length * 2, 1024)));
  }
}
