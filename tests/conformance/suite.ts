import { media } from "./media.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

/** One thing every medium promises, and its proof over a medium's room. */
export interface Behaviour<Room> {
  /** The promise in a few words, as tests and the capability table say it. */
  readonly promise: string;
  readonly prove: (room: Room) => Promise<void>;
}

/** A promise that a medium cannot keep, and why. */
export interface Waiver<Name extends string> {
  readonly behaviour: Name;
  readonly because: string;
}

/** What a medium's suite works in: everything the suite made in it ends with it. */
export interface Room {
  /** Closes what the last test opened. */
  tidy(): Promise<void>;
  /** Removes all there is. */
  leave(): Promise<void>;
}

/**
 * Runs behaviours over one medium. What is waived is tried all the same: a waiver that is no longer
 * needed fails, so the capability table cannot promise less than there is.
 */
export function conformance<Name extends string, R extends Room>(
  way: "reading" | "writing",
  medium: string,
  behaviours: Readonly<Record<Name, Behaviour<R>>>,
  waivers: readonly Waiver<Name>[],
  enter: () => Promise<R>,
): void {
  describe(`${way} ${medium}`, () => {
    let room: R;
    beforeAll(async () => {
      room = await enter();
    });
    afterEach(() => room.tidy());
    afterAll(() => room.leave());

    for (const [name, { promise, prove }] of Object.entries<Behaviour<R>>(behaviours)) {
      const waiver = waivers.find(({ behaviour }) => behaviour === name);
      const title = waiver === undefined ? `it ${promise}` : `waived: it ${promise}; ${waiver.because}`;
      // oxlint-disable-next-line vitest/expect-expect -- the behaviour expects
      (waiver === undefined ? test : test.fails)(title, () => prove(room));
    }

    test("it stands in the capability table, with a reason for each waiver", () => {
      expect(media[way].map(({ name }) => name)).toContain(medium);
      expect(new Set(waivers.map(({ behaviour }) => behaviour)).size).toBe(waivers.length);
      for (const { because } of waivers) expect(because).toMatch(/^[A-Z].{15,}\.$/s);
    });
  });
}
