import { afterEach } from "vitest";
import { Trial, type TrialOptions } from "./trial.js";

const open: Trial[] = [];

afterEach(async () => {
  for (const trial of open.splice(0)) await trial.close();
});

/** A trial that is cleared away after the test. */
export function trial(options: TrialOptions = {}): Trial {
  const made = new Trial(options);
  open.push(made);
  return made;
}
