import { DateTime } from "luxon";
import type { Random } from "./random.js";

/** A calendar day as `2024-02-29`; days compare as text. */
export type Day = string;

const pad = (n: number): string => String(n).padStart(2, "0");

export const addDays = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Months later on the same day of the month; only for days every month has. */
export function addMonths(day: Day, months: number): Day {
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  const at = y * 12 + (m - 1) + months;
  return `${Math.floor(at / 12)}-${pad((at % 12) + 1)}-${pad(d)}`;
}

export const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
export const later = (a: Day, b: Day): Day => (a > b ? a : b);

const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** A day from `from` to `to`, both included. */
export const dayBetween = (random: Random, from: Day, to: Day): Day =>
  addDays(from, random.int(0, Math.max(0, dayNumber(to) - dayNumber(from))));

/** That day, or the first of the next month: a day no later than the 28th, so that adding months is beyond dispute. */
export const earlyInMonth = (day: Day): Day =>
  day.slice(8) > "28" ? `${addDays(`${day.slice(0, 8)}28`, 4).slice(0, 8)}01` : day;

/** `02/29/2024`, as the American tenant writes it. */
export const slashed = (day: Day): string => `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)}`;

/** `29.02.2024`, as the HR department in Hamburg writes it. */
export const dotted = (day: Day): string => `${day.slice(8)}.${day.slice(5, 7)}.${day.slice(0, 4)}`;

/** A time of day within working hours, `HH:mm`: no clock is ever turned then. */
export const workingHour = (random: Random): string => `${pad(random.int(7, 19))}:${pad(random.int(0, 59))}`;

/** `2024-02-29T17:05:00+01:00`: a local time with the offset its zone had then. */
export const withOffset = (day: Day, time: string, zone: string): string =>
  DateTime.fromISO(`${day}T${time}:00`, { zone }).toISO({ suppressMilliseconds: true })!;

/**
 * Local times next to the turns of the clock in New York: all of them exist exactly once. The last
 * minute before the clocks go forward, the first after it, and the hours beside the doubled one.
 */
export const clockEdges: readonly (readonly [day: Day, time: string])[] = [
  ["2023-03-12", "01:59"],
  ["2023-03-12", "03:00"],
  ["2024-03-10", "01:59"],
  ["2024-03-10", "03:00"],
  ["2023-11-05", "00:59"],
  ["2023-11-05", "02:00"],
  ["2024-11-03", "00:59"],
  ["2024-11-03", "02:00"],
  ["2024-02-29", "23:59"],
  ["2023-12-31", "23:59"],
  ["2024-01-01", "00:00"],
];
