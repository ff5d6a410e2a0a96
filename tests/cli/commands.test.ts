import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeDemoMigration } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json, type Failure } from "./support/cutover.js";

type Books = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Flags {
  readonly flags: readonly {
    readonly id: number;
    readonly code: string;
    readonly entity: string;
    readonly record: number;
  }[];
  readonly counts: readonly {
    readonly code: string;
    readonly entity: string;
    readonly records: number;
    readonly flags: number;
  }[];
  readonly words: readonly unknown[];
}

/** Every command once, on a company with defects, in the order in which a migration needs them. */
describe("every command on a small company", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-commands-"));
  beforeAll(async () => {
    await makeDemoMigration(folder, { size: "tiny" });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("profile tells what the sources hold", async () => {
    const { sources } = await json<{ sources: { source: string }[] }>(["profile", folder], 0);
    expect(sources.map(({ source }) => source)).toEqual(["cornerstone", "hr"]);
  });

  it("check finds the shipped mappings sound, there and back", async () => {
    const checked = await json<{
      roundTrip: { proven: number; untried: number; uncarried: unknown[] };
      live: { side: string; looked: boolean }[];
    }>(["check", folder], 0);
    expect(checked.roundTrip.proven).toBeGreaterThan(30);
    expect(checked.roundTrip).toMatchObject({ untried: 0, uncarried: [] });
    expect(checked.live.map(({ looked }) => looked)).toEqual([true, true, true]);
  });

  it("explain says a mapping in sentences", async () => {
    const { mappings } = await json<{ mappings: { text: string }[] }>(
      ["explain", "cornerstone/completions", folder],
      0,
    );
    expect(mappings[0]!.text).toContain("transcript");
  });

  it("preview shows a record of each mapping", async () => {
    const { records } = await json<{ records: { entity: string; target: unknown }[] }>(
      ["preview", folder, "--entity", "user"],
      0,
    );
    expect(records.map(({ entity }) => entity)).toEqual(["user", "user"]);
    const { out } = await cutover(["preview", folder, "--entity", "completion", "--limit", "1"]);
    expect(out, "what only the target knows is told in words").toMatch(/ userid +\(the id of the user \S+\)/);
    expect(out).toMatch(/^status +completed +by the value map: Completed → completed$/m);
    const strange = await cutover(["preview", folder, "--key", "nosuch", "--entity", "user"]);
    expect([strange.status, strange.err]).toEqual([2, expect.stringContaining("has the key nosuch")]);
  });

  let digest = "";
  it("plan says what a load would do, and ends with flags", async () => {
    const plan = await json<{ plan: { digest: string }; entities: Books }>(["plan", folder], 4);
    digest = plan.plan.digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(plan.entities["user"]!["created"]).toBeGreaterThan(0);
  });

  it("flags lists what needs a person, and explains", async () => {
    const { flags, counts } = await json<Flags>(["flags", folder], 4);
    expect(flags.length).toBeGreaterThan(100);
    expect(counts.length).toBeGreaterThan(20);
    for (const { code, entity, records, flags: all } of counts) {
      const of = flags.filter((f) => f.code === code && f.entity === entity);
      expect([records, all]).toEqual([new Set(of.map(({ record }) => record)).size, of.length]);
    }
    const one = flags.find(({ code }) => code === "bad-date")!;
    const place = { schema: "flags-explain" };
    expect(await json(["flags", folder, "--explain", String(one.id)], 0, place)).toMatchObject(one);
    expect(await json(["flags", folder, "--explain", "bad-date"], 0, place)).toMatchObject({ records: 3 });
    const unmapped = await json<Flags>(["flags", folder, "--code", "unmapped-value"], 4);
    expect(unmapped.words).toContainEqual({
      mapping: "cornerstone/completions",
      field: "status",
      word: "Kinda Done",
      flags: 1,
    });
    const { out } = await cutover(["flags", folder, "--code", "bad-code"]);
    expect(out).toContain("country: not a known");
    expect(out).not.toContain("country: country:");
    const { error } = await json<Failure>(["flags", folder, "--code", "bad-dat"], 2);
    expect(error).toMatchObject({ code: "usage", remedy: "Did you mean `bad-date`?" });
    const strange = await cutover(["flags", folder, "--explain", "constructor"]);
    expect([strange.status, strange.err]).toEqual([2, expect.stringMatching(/^usage: there is no flag/)]);
  });

  it("approve writes a yes into the ledger and into a file", async () => {
    const said = await json<{ approvals: unknown[]; file: string }>(
      ["approve", folder, "--plan", digest.slice(0, 12), "--by", "R. Viewer", "--because", "tried twice"],
      0,
    );
    expect(said.approvals).toHaveLength(1);
    expect(path.dirname(said.file)).toBe(path.join(folder, "approvals"));
  });

  it("run loads, and ends with flags", async () => {
    const run = await json<{ balanced: boolean; state: string }>(["run", folder, "--production"], 4);
    expect(run).toMatchObject({ balanced: true, state: "finished", kind: "production" });
  });

  it("reconcile matches; the flags are still there", async () => {
    expect(await json(["reconcile", folder], 4)).toMatchObject({ verdict: "match" });
  });

  it("report writes the pack", async () => {
    expect(await json(["report", folder], 4)).toMatchObject({ run: 1, verdict: { outcome: "match" } });
  });

  it("undo takes everything back", async () => {
    expect(await json(["undo", folder], 0)).toMatchObject({ run: 1, kept: [] });
  });
});
