import { hash } from "node:crypto";
import { LocalTimes } from "./local-times.js";

/** Bytes that are kept of a SHA-256. */
export const hashBytes = 16;

export const putHash = (text: string, into: Buffer, place: number): void =>
  void into.write(hash("sha256", text, "binary"), place * hashBytes, hashBytes, "latin1");

/** The same in hexadecimal. */
export const hexOf = (bytes: string | Buffer): string => hash("sha256", bytes, "hex").slice(0, hashBytes * 2);

/** A row of the source, as MariaDB's text protocol gives it with dates as texts. */
export type SourceRow = readonly [
  record: number,
  person: number,
  course: number,
  outcome: string,
  started: string | null,
  finished: string | null,
  score: string | null,
  remark: string | null,
];

/** A completion in canonical form: references by the source's keys, moments in seconds since 1970. */
export interface Completion {
  readonly user: number | string;
  readonly course: number | string;
  readonly attempt: number | string;
  readonly status: string | null;
  readonly startedAt: string | null;
  readonly completedAt: number | string | null;
  readonly score: string | null;
  readonly comment: string | null;
}

/** The text whose hash tells one completion from another: what is absent is no empty text. */
export const contentOf = (c: Completion): string =>
  `${c.user}\u001f${c.course}\u001f${c.attempt}\u001f${c.status ?? "\0"}\u001f${c.startedAt ?? "\0"}\u001f${c.completedAt ?? "\0"}\u001f${c.score ?? "\0"}\u001f${c.comment ?? "\0"}`;

const statuses = new Map([
  ["Completed", "completed"],
  ["Passed", "passed"],
  ["Failed", "failed"],
  ["Exempt", "waived"],
  ["In Progress", "in_progress"],
]);

/** What the target calls them. */
export const states = new Map([
  ["completed", "done"],
  ["passed", "passed"],
  ["failed", "failed"],
  ["waived", "exempt"],
  ["in_progress", "open"],
]);

const times = new LocalTimes();
/** What is not printable ASCII, or a backslash. */
const unusual = /[^ -[\]-~]/;

/** `87.50` is 87.5 */
const shortest = (decimal: string): string =>
  decimal.endsWith(".00") ? decimal.slice(0, -3) : decimal.endsWith("0") ? decimal.slice(0, -1) : decimal;

function commentOf(remark: string | null): string | null {
  if (remark === null) return null;
  const text = remark.trim();
  if (text === "") return null;
  return unusual.test(text) ? text.normalize("NFC") : text;
}

/** What a row becomes, and what is wrong with it: null where nothing is. */
export interface Mapped {
  readonly completion: Completion;
  readonly flag: string | null;
}

/** The inbound mapping of the source, with its two checks. */
export function toCompletion(row: SourceRow): Mapped {
  const [attempt, user, course, outcome, startedAt, finished, points, remark] = row;
  const status = statuses.get(outcome) ?? null;
  const completedAt = finished === null ? null : times.seconds(finished);
  const score = points === null ? null : shortest(points);
  let flag: string | null = null;
  if (status === null) flag = "unknown outcome";
  else if (startedAt !== null && !times.isDay(startedAt)) flag = "no such day";
  else if (finished !== null && completedAt === null) flag = "no such time";
  else if (score !== null && !(Number(score) >= 0 && Number(score) <= 100)) flag = "score out of range";
  else if (status !== "in_progress" && completedAt === null) flag = "ended without a date";
  else if (status === "passed" && score === null) flag = "passed without a score";
  const comment = commentOf(remark);
  return { completion: { user, course, attempt, status, startedAt, completedAt, score, comment }, flag };
}
