import { addDays, addMonths, slashed } from "../calendar.js";
import type { Row } from "../table.js";
import type { Planter } from "./planter.js";

const iso = (day: string): string => `${day.slice(6)}-${day.slice(0, 2)}-${day.slice(3, 5)}`;

/** Defects of the certifications people hold. */
export function plantInAwards(planter: Planter): void {
  const { awards } = planter.tables;
  const holds = new Map(planter.company.programmes.map((programme) => [programme.id, programme.months]));
  const ends = (row: Row): boolean => row["award_expire_dt"] !== "" && !planter.isUsed(row["award_user_id"]!);
  const one = (kind: string, about: string, codes: readonly string[], change: (row: Row) => void): void =>
    planter.times(() => {
      const row = planter.row(awards, ends);
      change(row);
      planter.label({ kind, about, codes, records: [planter.spot("award", awards, row)] });
    });

  one("expired-before-issued", "The award ends before it begins.", ["date-order"], (row) => {
    row["award_expire_dt"] = slashed(addDays(iso(row["award_issue_dt"]!), -30));
  });
  one(
    "outlives-its-rule",
    "The award holds three years longer than its certification says.",
    ["outlives-rule"],
    (row) => {
      const months = holds.get(row["award_cert_id"]!)!;
      row["award_expire_dt"] = slashed(addMonths(iso(row["award_issue_dt"]!), months + 36));
      row["award_status"] = "Active";
    },
  );
  one(
    "award-of-unknown-certification",
    "The certification is not in the file.",
    ["broken-reference"],
    (row) => {
      row["award_cert_id"] = "CERT-404";
    },
  );
  one("award-of-unknown-person", "The holder is not in the file.", ["broken-reference"], (row) => {
    row["award_user_id"] = `8${String(800_000 + planter.serial())}`;
  });
  one("issued-in-the-future", "The award is issued at the end of the century.", ["future-date"], (row) => {
    const months = holds.get(row["award_cert_id"]!)!;
    row["award_issue_dt"] = "12/15/2099";
    row["award_expire_dt"] = slashed(addMonths("2099-12-15", months));
  });
  one("award-without-date", "Nobody knows when the award was issued.", ["required-field"], (row) => {
    row["award_issue_dt"] = "";
  });
}
