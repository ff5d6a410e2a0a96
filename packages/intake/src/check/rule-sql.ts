import type { Ledger } from "@cutover/ledger";

/**
 * SQL: whether moment `a` lies before moment `b`. Days and instants are mixed freely: where one of them
 * is a day in nobody knows which zone, a day is allowed. Null is never earlier. The plain comparison
 * comes first: it is cheap, and sound records go no further.
 */
export const earlier = (a: string, b: string): string =>
  `${a} < ${b} AND CASE WHEN length(${a}) > 10 AND length(${b}) > 10 THEN substr(${a}, 1, 19) < substr(${b}, 1, 19)
        WHEN length(${a}) = 10 AND length(${b}) = 10 THEN ${a} < ${b}
        ELSE date(substr(${a}, 1, 10), '+1 day') < substr(${b}, 1, 10) END`;

/** SQL: whether a moment lies after `@now`; a day may already have begun elsewhere. */
export const inFuture = (a: string): string =>
  `${a} > substr(@now, 1, 10) AND CASE WHEN length(${a}) > 10 THEN substr(${a}, 1, 19) > substr(@now, 1, 19)
        ELSE ${a} > date(substr(@now, 1, 10), '+1 day') END`;

/** A record takes part in a check unless it was excluded or lives on in another one. */
export const live = "r.gone IS NULL AND coalesce(r.disposition, '') NOT IN ('excluded', 'merged')";

/** The day that lies an ISO duration after a moment's day, in UTC; null where either is not as it should be. */
export function addDuration(moment: string, duration: string): string | null {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(T.*)?$/.exec(duration);
  const day = /^(\d{4})-(\d{2})-(\d{2})/.exec(moment);
  if (parts === null || day === null) return null;
  const [, years, months, weeks, days, time] = parts;
  const month = Number(day[2]) - 1 + Number(years ?? 0) * 12 + Number(months ?? 0);
  // The 31st of January and a month is the last of February.
  const last = new Date(Date.UTC(Number(day[1]), month + 1, 0)).getUTCDate();
  const extra = Number(weeks ?? 0) * 7 + Number(days ?? 0) + (time === undefined ? 0 : 1);
  const date = new Date(Date.UTC(Number(day[1]), month, Math.min(Number(day[3]), last) + extra));
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999
    ? null
    : date.toISOString().slice(0, 10);
}

/** Gives a ledger's connection the functions that rules use and SQLite lacks. */
export function addFunctions(ledger: Ledger): void {
  ledger.db.function("fold", { deterministic: true }, (text: unknown) =>
    typeof text === "string" ? text.normalize("NFC").toLowerCase() : null,
  );
  ledger.db.function("add_duration", { deterministic: true }, (moment: unknown, duration: unknown) =>
    typeof moment === "string" && typeof duration === "string" ? addDuration(moment, duration) : null,
  );
}
