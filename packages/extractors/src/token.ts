import { CutoverError, hash16Hex, type ExtractSpec, type ReadOptions } from "@cutover/model";

/** What a token is made of: numbers and texts, in lists. */
export type TokenPart = string | number | readonly TokenPart[];

/**
 * The tokens of one reading: of one extract, narrowed in one way, in one state of the source. `state` tells
 * states apart; a token of another reading is refused.
 */
export class Tokens {
  readonly #reading: string;
  readonly #extract: string;

  constructor({ name, columns, key, options }: ExtractSpec, narrow: ReadOptions["narrow"], state: TokenPart) {
    this.#extract = name;
    const reading = JSON.stringify([name, columns, key, options, narrow ?? null, state]);
    this.#reading = hash16Hex(reading);
  }

  write(position: readonly TokenPart[]): string {
    return JSON.stringify([this.#reading, ...position]);
  }

  /** The position a token tells, where `isPosition` holds for it. */
  read<P extends readonly TokenPart[]>(
    token: string,
    isPosition: (parts: readonly unknown[]) => parts is P & readonly unknown[],
  ): P {
    const parts = partsOf(token);
    if (parts === null) throw this.refused("is no token");
    const [reading, ...position] = parts;
    if (reading !== this.#reading) {
      throw this.refused(
        "is of another reading: of another extract, or of a state of the source that is gone",
      );
    }
    if (!isPosition(position)) throw this.refused("leads nowhere");
    return position;
  }

  refused(why: string): CutoverError {
    return new CutoverError("internal", `${this.#extract} cannot be read on: the token ${why}`, {
      stage: "extract",
      remedy: "Read it from its beginning.",
    });
  }
}

function partsOf(token: string): readonly unknown[] | null {
  try {
    const parts: unknown = JSON.parse(token);
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}

/** A number of rows. */
export const isCount = (part: unknown): part is number =>
  typeof part === "number" && Number.isSafeInteger(part) && part >= 0;
