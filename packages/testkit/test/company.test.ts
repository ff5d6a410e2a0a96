import { makeCompany, plantDefects, sizes } from "@cutover/testkit";
import { describe, expect, it } from "vitest";
import { encodeTable } from "../src/company/table.js";

const iso = (text: string): string => {
  const [, month, day, year, time = ""] = /^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d:\d\d))?$/.exec(text) ?? [];
  return `${year}-${month}-${day} ${time}`.trim();
};
const repeated = (values: readonly string[]): string[] => {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
};

/** A tiny company with defects, as bytes. */
const plantedWith = (seed: number) => {
  const company = makeCompany({ size: "tiny", seed });
  const labels = plantDefects(company);
  return { labels, files: Object.values(company.tables).map((t) => encodeTable(t).toString("base64")) };
};

describe("a company without defects", () => {
  const { tables, people, size } = makeCompany({ size: "mid" });
  const byId = new Map(people.map((p) => [p.id, p]));

  it("has the size that was asked for", () => {
    expect(size).toEqual(sizes.mid);
    expect(tables.users.rows).toHaveLength(5000);
    expect(tables.training.rows).toHaveLength(300);
    expect(tables.transcript.rows).toHaveLength(60_000);
    expect(tables.certifications.rows).toHaveLength(8);
    expect(tables.awards.rows).toHaveLength(6000);
  });

  it("has keys, user names, numbers and addresses once each", () => {
    for (const column of ["user_id", "user_ref", "user_name", "user_email"]) {
      expect(repeated(tables.users.rows.map((row) => row[column]!))).toEqual([]);
    }
    expect(repeated(tables.training.rows.map((r) => `${r["lo_code"]!} ${r["lo_version"]!}`))).toEqual([]);
    expect(
      repeated(
        tables.transcript.rows.map(
          (r) => `${r["transc_user_id"]!} ${r["transc_object_id"]!} ${r["reg_num"]!}`,
        ),
      ),
    ).toEqual([]);
    expect(repeated(tables.awards.rows.map((row) => row["award_id"]!))).toEqual([]);
  });

  it("refers to nothing that is not there", () => {
    const courses = new Set(tables.training.rows.map((row) => row["lo_object_id"]!));
    const units = new Set(tables.organizations.rows.map((row) => row["ou_id"]!));
    for (const row of tables.users.rows) {
      expect(units.has(row["user_ou_id"]!)).toBe(true);
      expect(row["user_mgr_id"] === "" || byId.has(row["user_mgr_id"]!)).toBe(true);
    }
    for (const row of tables.transcript.rows) {
      expect(byId.has(row["transc_user_id"]!)).toBe(true);
      expect(row["lo_type"] === "External Training" || courses.has(row["transc_object_id"]!)).toBe(true);
    }
  });

  it("registers, begins and completes in this order, within the employment", () => {
    for (const row of tables.transcript.rows) {
      const person = byId.get(row["transc_user_id"]!)!;
      const dates = [row["user_lo_reg_dt"]!, row["user_lo_start_dt"]!, row["user_lo_comp_dt"]!]
        .filter((date) => date !== "")
        .map(iso);
      expect(dates.toSorted()).toEqual(dates);
      expect(dates[0]! > person.hired).toBe(true);
      expect(dates.at(-1)!.slice(0, 10) < (person.left ?? "9999")).toBe(true);
    }
  });

  it("holds names in at least six writing systems and clocks of at least five zones", () => {
    const scripts = ["Latin", "Cyrillic", "Greek", "Arabic", "Han", "Devanagari", "Hangul"];
    const names = tables.users.rows.map((row) => row["user_name_last"]!).join("");
    const missing = scripts.filter((script) => !new RegExp(`\\p{Script=${script}}`, "u").test(names));
    expect(missing).toEqual([]);
    expect(new Set(tables.users.rows.map((row) => row["user_timezone"])).size).toBeGreaterThanOrEqual(5);
  });

  it("has people who left, people who were renamed, and trainings taken again", () => {
    expect(people.filter((p) => p.left !== null).length).toBeGreaterThan(400);
    expect(people.filter((p) => p.currentFamilyName !== p.row["user_name_last"]).length).toBeGreaterThan(50);
    expect(tables.transcript.rows.filter((row) => Number(row["reg_num"]) > 2).length).toBeGreaterThan(500);
  });
});

describe("planted defects", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(plantedWith(7)).toEqual(plantedWith(7));
    expect(plantedWith(7).files).not.toEqual(plantedWith(8).files);
  });

  it("are of at least fifty kinds, and stand where their labels say", () => {
    const company = makeCompany({ size: "tiny" });
    const labels = plantDefects(company);
    expect(new Set(labels.map((label) => label.kind)).size).toBeGreaterThanOrEqual(50);
    for (const label of labels) {
      expect(label.records.length).toBeGreaterThan(0);
      for (const planted of [...label.records, ...label.related]) {
        const table = Object.values(company.tables).find((t) => t.file === planted.file)!;
        const row = table.rows[planted.record - 1]!;
        const first = String(Object.values(row)[0]);
        expect((planted.key ?? first).slice(0, 3)).toBe(first.slice(0, 3));
      }
    }
  });
});
