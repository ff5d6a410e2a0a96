import { afterEach, describe, expect, it } from "vitest";
import { Trial, type TrialOptions } from "./kit/trial.js";

const open: Trial[] = [];
afterEach(async () => {
  for (const trial of open.splice(0)) await trial.close();
});

function trial(options: TrialOptions = {}): Trial {
  const made = new Trial(options);
  open.push(made);
  return made;
}

describe("a load", () => {
  it("brings every record to its end, and references with them", async () => {
    const t = trial();
    const plan = await t.plan();
    console.log(t.ends(), plan.entities, t.ledger.db.prepare("select * from issue").all());
    const result = await t.load();
    console.log(JSON.stringify(result, null, 1), t.everything());
  });
});
