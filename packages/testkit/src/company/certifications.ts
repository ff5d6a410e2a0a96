import { addDays, addMonths, dayBetween, earlyInMonth, slashed, type Day } from "./calendar.js";
import type { Training } from "./catalogue.js";
import type { Person } from "./people.js";
import type { Random } from "./random.js";
import type { Row } from "./table.js";

export interface Programme {
  readonly row: Row;
  readonly id: string;
  /** Months an award holds; 0 for good. */
  readonly months: number;
}

const kinds: readonly (readonly [name: string, period: number, unit: "Months" | "Years" | "None"])[] = [
  ["Forklift Driver", 24, "Months"],
  ["First Aider", 2, "Years"],
  ["Laser Safety Officer", 60, "Months"],
  ["Data Protection Officer", 0, "None"],
  ["Specialist: Hazardous Goods (ADR)", 5, "Years"],
  ["Сварщик", 36, "Months"],
  ["内部审核员", 3, "Years"],
  ["Fire Safety Assistant", 12, "Months"],
];

export function makeProgrammes(random: Random, trainings: readonly Training[], count: number): Programme[] {
  return kinds.slice(0, count).map(([name, period, unit], i) => {
    const id = `CERT-${i + 1}`;
    const months = unit === "Years" ? period * 12 : period;
    const row: Row = {
      cert_id: id,
      cert_title: name,
      cert_description: random.chance(0.5) ? `Everything a ${name} has to know & do.` : "",
      cert_issuer: random.pick(["Nordwind Academy", "TÜV NORD", "Red Cross"]),
      cert_active: "Yes",
      cert_period: unit === "None" ? "" : String(period),
      cert_period_unit: unit === "None" ? "" : unit,
      cert_window_days: unit === "None" ? "" : random.pick(["30", "60", "90"]),
      cert_basis: unit === "None" ? "" : "Completion date",
      cert_training: i % 2 === 0 ? random.pick(trainings).id : "",
      cert_credits: random.chance(0.4) ? "1.5" : "",
    };
    return { row, id, months };
  });
}

/** Awards with their renewals, one after the other; an award ends exactly when its rule says. */
export function makeAwards(
  random: Random,
  people: readonly Person[],
  programmes: readonly Programme[],
  count: number,
  today: Day,
): Row[] {
  const rows: Row[] = [];
  const held = new Set<string>();
  const eligible = people.filter((p) => addDays(p.hired, 120) < (p.left ?? today));
  while (rows.length < count) {
    const person = random.pick(eligible);
    const programme = random.pick(programmes);
    const pair = `${person.id} ${programme.id}`;
    if (held.has(pair)) continue;
    held.add(pair);
    const until = person.left ?? addDays(today, -1);
    let issued = earlyInMonth(dayBetween(random, addDays(person.hired, 40), addDays(until, -40)));
    for (;;) {
      const expires = programme.months === 0 ? null : addMonths(issued, programme.months);
      const renewed = expires !== null && addDays(expires, -10) < until && random.chance(0.7);
      const status = random.chance(0.008)
        ? "Revoked"
        : expires !== null && expires < today
          ? "Expired"
          : "Active";
      rows.push({
        award_id: `A${String(500_000 + rows.length)}`,
        award_user_id: person.id,
        award_cert_id: programme.id,
        award_status: status,
        award_issue_dt: slashed(issued),
        award_expire_dt: expires === null ? "" : slashed(expires),
        award_number: `NW-${programme.id.slice(5)}-${issued.slice(0, 4)}-${String(rows.length).padStart(6, "0")}`,
      });
      if (!renewed || rows.length >= count) break;
      issued = earlyInMonth(addDays(expires, -random.int(1, 9)));
    }
  }
  return rows;
}
