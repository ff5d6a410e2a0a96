import { addDays, dayBetween, earlier, slashed, withOffset, workingHour, type Day } from "./calendar.js";
import { latin, namePools, native, type NamePool } from "./names.js";
import type { Department } from "./organizations.js";
import type { Random } from "./random.js";
import type { Row } from "./table.js";

/** A person as the rest of the generator knows them; `row` is their line in users.csv. */
export interface Person {
  readonly row: Row;
  readonly id: string;
  readonly employeeId: string;
  readonly hired: Day;
  /** Last day of employment; null for those who are still there. */
  readonly left: Day | null;
  readonly department: Department;
  readonly pool: NamePool;
  /** The family name HR has: another where the person was renamed and the LMS was not told. */
  readonly currentFamilyName: string;
  manages: number;
}

const titles = [
  "Engineer",
  "Technician",
  "Analyst",
  "Buyer",
  "Nurse",
  "Driver",
  "Accountant",
  "Team lead",
  "Welder",
];

/** People by writing system, roughly as a company with its seat in Hamburg has them. */
const share = [22, 26, 8, 7, 8, 6, 6, 8, 6, 3];

function username(taken: Set<string>, given: string, family: string): string {
  const stem = `${latin(given).slice(0, 1)}.${latin(family)}`;
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem}${n}`;
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
  }
}

const pickPool = (random: Random): NamePool => {
  let left = random.next() * share.reduce((a, b) => a + b, 0);
  return namePools.find((_, i) => (left -= share[i]!) < 0) ?? namePools[0]!;
};

export function makePeople(
  random: Random,
  departments: readonly Department[],
  count: number,
  today: Day,
): Person[] {
  const taken = new Set<string>();
  const people: Person[] = [];
  const managers: Person[] = [];
  for (let i = 0; i < count; i++) {
    const pool = pickPool(random);
    const given = random.pick(pool.given);
    const family = random.pick(pool.family);
    const login = username(taken, given, family);
    const hired = dayBetween(random, "2004-01-05", addDays(today, -90));
    // Those who lead stay, so that nobody's manager has left.
    const leads = i < Math.max(6, count / 18);
    const left =
      !leads && random.chance(0.14)
        ? dayBetween(random, addDays(hired, 40), earlier(addDays(today, -2), addDays(hired, 4000)))
        : null;
    const id = String(10_000 + i * 7 + random.int(0, 6));
    const employeeId = `E${String(100_000 + i * 3 + random.int(0, 2))}`;
    const department = random.pick(departments);
    const manager =
      i === 0 ? null : leads ? (managers[Math.floor((i - 1) / 6)] ?? null) : random.pick(managers);
    const currentFamilyName = native(random.chance(0.02) ? random.pick(pool.family) : family);
    const seen = random.chance(0.94);
    const row: Row = {
      user_id: id,
      user_ref: employeeId,
      user_name: login,
      user_name_first: native(given),
      user_name_middle: random.chance(0.1) ? native(random.pick(pool.given)) : "",
      user_name_last: native(family),
      user_email: `${login}@nordwind.example`,
      user_status: left === null ? (random.chance(0.004) ? "Suspended" : "Active") : "Inactive",
      user_language: pool.language,
      user_timezone: pool.zone,
      user_country: pool.country,
      user_city: pool.city,
      user_phone: random.chance(0.5) ? `+49 40 ${random.int(100_000, 999_999)}` : "",
      user_title: random.pick(titles),
      user_ou_id: department.code,
      user_mgr_id: manager?.id ?? "",
      user_hire_date: slashed(hired),
      user_termination_date: left === null ? "" : slashed(left),
      user_created: withOffset(addDays(hired, 1), workingHour(random), pool.zone),
      user_last_access: seen
        ? withOffset(
            dayBetween(random, addDays(hired, 2), left ?? addDays(today, -1)),
            workingHour(random),
            pool.zone,
          )
        : "",
    };
    const person: Person = {
      row,
      id,
      employeeId,
      hired,
      left,
      department,
      pool,
      currentFamilyName,
      manages: 0,
    };
    if (manager !== null) manager.manages++;
    if (leads) managers.push(person);
    people.push(person);
  }
  return people;
}
