import { finished } from "node:stream/promises";
import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { states, type Completion } from "./canonical.js";
import { unescape } from "./copy-text.js";

const least = "-9223372036854775808";
const greatest = "9223372036854775807";

/** Rows of the target with keys of a range, as COPY writes them; ranges without an end have all beyond. */
export async function readBack(client: Client, from: number | null, to: number | null): Promise<Buffer> {
  const stream = client.query(
    copyTo(`COPY (SELECT result_id, learner_id, course_id, state, begun_on, ended, trim_scale(points), note
      FROM learning_result WHERE result_id BETWEEN ${from ?? least} AND ${to ?? greatest} ORDER BY result_id) TO STDOUT`),
  );
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await finished(stream);
  return Buffer.concat(chunks);
}

const statuses = new Map([...states].map(([status, state]) => [state, status]));
const tab = 9;
const newline = 10;
const backslash = 92;
const capitalN = 78;

/** The source's keys by the target's ids. */
export interface Keys {
  readonly people: Int32Array;
  readonly courses: Int32Array;
}

/** A line that was read back. */
interface Line {
  readonly key: number;
  /** As the target wrote it, without its end: bytes where it is not all ASCII. */
  readonly written: string | Buffer;
  readonly completion: Completion;
}

const isNull = (bytes: Buffer, from: number, to: number): boolean =>
  to - from === 2 && bytes[from] === backslash && bytes[from + 1] === capitalN;

function integer(bytes: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + bytes[at]! - 48;
  return number;
}

/** The inbound mapping of the target, line by line. */
export function* linesOf(bytes: Buffer, { people, courses }: Keys): Generator<Line> {
  // A character a byte: cutting it is cheap.
  const text = bytes.toString("latin1");
  const ends = [0, 0, 0, 0, 0, 0, 0];
  for (let start = 0; start < bytes.length;) {
    let at = start;
    for (let field = 0; field < ends.length; field += 1) {
      while (bytes[at] !== tab) at += 1;
      ends[field] = at;
      at += 1;
    }
    const note = at;
    let any = 0;
    let special = false;
    for (let byte = bytes[at]!; byte !== newline; byte = bytes[(at += 1)]!) {
      any |= byte;
      if (byte === backslash) special = true;
    }
    const cut = (field: number): string | null => {
      const from = ends[field - 1]! + 1;
      return isNull(bytes, from, ends[field]!) ? null : text.slice(from, ends[field]);
    };
    const comment = (): string | null => {
      if (special && isNull(bytes, note, at)) return null;
      const given = any > 127 ? bytes.toString("utf8", note, at) : text.slice(note, at);
      return special ? unescape(given) : given;
    };
    const key = integer(bytes, start, ends[0]!);
    yield {
      key,
      written: any > 127 ? bytes.subarray(start, at) : text.slice(start, at),
      completion: {
        user: people[integer(bytes, ends[0]! + 1, ends[1]!)] ?? 0,
        course: courses[integer(bytes, ends[1]! + 1, ends[2]!)] ?? 0,
        attempt: key,
        status: statuses.get(text.slice(ends[2]! + 1, ends[3])) ?? null,
        startedAt: cut(4),
        completedAt: cut(5),
        score: cut(6),
        comment: comment(),
      },
    };
    start = at + 1;
  }
}
