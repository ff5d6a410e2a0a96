import { ownCopy } from "./keep.js";

const exactUpTo = 2000;
const bits = 14;
const registers = 1 << bits;

/** A 64-bit hash in two halves (cyrb53's mixing, by bryc, public domain). */
function hash(text: string): readonly [high: number, low: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

/**
 * Counts different texts in bounded memory: exactly up to some thousands, then by HyperLogLog (Flajolet et
 * al. 2007) with 2^14 registers, whose standard error is 0.8 %.
 */
export class Distinct {
  #exact: Set<string> | null = new Set();
  #registers: Uint8Array | null = null;

  add(text: string): void {
    if (this.#exact === null) {
      this.#mark(text);
      return;
    }
    if (this.#exact.has(text)) return;
    this.#exact.add(ownCopy(text));
    if (this.#exact.size <= exactUpTo) return;
    this.#registers = new Uint8Array(registers);
    for (const seen of this.#exact) this.#mark(seen);
    this.#exact = null;
  }

  #mark(text: string): void {
    const [high, low] = hash(text);
    const register = high >>> (32 - bits);
    const rank = Math.clz32(low) + 1;
    if (rank > this.#registers![register]!) this.#registers![register] = rank;
  }

  /** The texts themselves, as long as they are few. */
  get texts(): ReadonlySet<string> | null {
    return this.#exact;
  }

  get count(): number {
    if (this.#exact !== null) return this.#exact.size;
    let sum = 0;
    let zeros = 0;
    for (const rank of this.#registers!) {
      sum += 2 ** -rank;
      if (rank === 0) zeros++;
    }
    const estimate = ((0.7213 / (1 + 1.079 / registers)) * registers * registers) / sum;
    const small = estimate <= 2.5 * registers && zeros > 0;
    return Math.round(small ? registers * Math.log(registers / zeros) : estimate);
  }
}
