import { afterEach, expect } from "vitest";
import { Trial, type TrialOptions } from "./trial.js";

const open: Trial[] = [];

afterEach(async () => {
  for (const trial of open.splice(0)) {
    // The ledger does not ask for every row whether what it refers to is there: it is asked here, once.
    const strays = trial.ledger.db.pragma("foreign_key_check");
    await trial.close();
    expect(strays).toEqual([]);
  }
});

/** A trial that is cleared away after the test. */
export function trial(options: TrialOptions = {}): Trial {
  const made = new Trial(options);
  open.push(made);
  return made;
}
