import { isUtf8 } from "node:buffer";
import type { ExtractSpec } from "@cutover/model";
import * as fc from "fast-check";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, readFile, type Read } from "./support/reading.js";
import { samples } from "./support/samples.js";
import { clearError, type Target } from "./support/target.js";
import { hostileTokens } from "./support/tokens.js";

interface NdjsonInput {
  /** A sample's number, or lines of our own. */
  readonly file: number | readonly (string | Deep)[];
  readonly columns: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly encoding: "utf8" | "utf16le";
  readonly lineEnd: "\n" | "\r\n" | "\r";
  readonly mutations: readonly Mutation[];
}

/** xAPI statements, one a line as a learning record store exports them. */
const real = samples(".json").map((content) => {
  const statements = JSON.parse(content.toString("utf8")) as unknown;
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((one) => `${JSON.stringify(one)}\n`).join("");
});

const text = fc.oneof(fc.constantFrom(...hostileTokens), fc.string({ unit: "binary", maxLength: 8 }));
const names = fc.constantFrom(
  "a",
  "b",
  "id",
  "__proto__",
  "constructor",
  "toString",
  "",
  "a.b",
  "/a",
  "length",
);

/** JSON as text, so that it may say what no value of JavaScript can: names twice, numbers without end. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text.map((one) => JSON.stringify(one)),
    fc.constantFrom(
      "1",
      "-0",
      "1e400",
      "1E+2",
      "0.1000",
      "123456789012345678901234567890",
      "1e-7",
      "null",
      "true",
    ),
    fc.constantFrom("01", "+1", ".5", "1.", "NaN", "'a'", "[1,]", "{,}", "tru", "\u0007", "// x", "1e999999"),
    fc.array(tie("json"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(names, tie("json")), { maxLength: 4 })
      .map((members) => `{${members.map(([name, one]) => `${JSON.stringify(name)}:${one}`).join(",")}}`),
  ),
}));

const object = fc
  .array(fc.tuple(names, json), { maxLength: 4 })
  .map((members) => `{${members.map(([name, one]) => `${JSON.stringify(name)}: ${one}`).join(", ")}}`);

/** A line nested as deeply as this, told by a number so that a finding can be read. */
interface Deep {
  readonly open: "[" | '{"a":';
  readonly times: number;
  readonly closed: boolean;
}

const deep: fc.Arbitrary<Deep> = fc.record({
  open: fc.constantFrom("[", '{"a":'),
  times: fc.constantFrom(10, 400, 600, 3000, 6000, 12_000, 100_000),
  closed: fc.boolean(),
});

const deepLine = ({ open, times, closed }: Deep): string =>
  `{"a":${open.repeat(times)}1${closed ? (open === "[" ? "]" : "}").repeat(times) : ""}}`;

const lines = fc.array(
  fc.oneof(
    { arbitrary: object, weight: 6 },
    json,
    text,
    fc.constantFrom("", " ", "\t", "\u00a0", "\u2028", "\ufeff", "\u000b", "\u0085", "\u3000"),
    deep,
  ),
  { maxLength: 8 },
);

/** What is surely wrong with a line, and what is surely right, by the language's own parser. */
function compare({ rows, rejected, count }: Read, content: Buffer, columns: readonly string[]): void {
  const nonBlank = content
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => /[^\t\n\v\f\r ]/.test(line));
  mustHold(count === nonBlank.length, "lines are counted otherwise");
  const bad = new Set(rejected.map(({ at }) => at));
  const good = nonBlank.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : [];
    } catch {
      return [];
    }
  });
  mustHold(rows.length <= good.length, "what is no JSON was read");
  mustHold(bad.size === rejected.length, "a line was rejected twice");
  // Where nothing was refused for a name that is there twice, texts have to be the same.
  if (rows.length !== good.length) return;
  rows.forEach((row, i) => {
    columns.forEach((name, j) => {
      if (name.includes(".") || name.startsWith("/")) return;
      const own = Object.getOwnPropertyDescriptor(good[i]!, name)?.value as unknown;
      if (typeof own === "string") mustHold(row[j] === own, "a text was read otherwise");
      if (own === undefined) mustHold(row[j] === null, "something was read that is not there");
    });
  });
}

/** JSON, one object a line. */
export const ndjson: Target<NdjsonInput> = {
  arbitrary: fc.record({
    file: fc.oneof({ arbitrary: lines, weight: 2 }, ...(real.length === 0 ? [] : [fc.nat(real.length - 1)])),
    columns: fc.constantFrom(
      ["a", "b"],
      ["__proto__", "constructor", "length"],
      ["a.b", "/a", "id"],
      ["id", "actor.name", "/object/id", "verb"],
    ),
    options: fc.oneof(
      fc.constant({}),
      fc.record(
        {
          encoding: fc.constantFrom("auto", "utf-8", "utf-16le", "windows-1252"),
          headers: fc.constant(["constructor.name", "/__proto__/toString"]),
          maxRecord: fc.constantFrom(1, 20, 5000),
        },
        { requiredKeys: [] },
      ),
    ),
    encoding: fc.oneof(
      { arbitrary: fc.constant("utf8" as const), weight: 5 },
      fc.constant("utf16le" as const),
    ),
    lineEnd: fc.constantFrom("\n", "\n", "\r\n", "\r"),
    mutations: mutations(["\n", '"', "{", "}", '{"__proto__":{"x":1}}']),
  }),
  async judge({ file, columns, options, encoding, lineEnd, mutations: all }) {
    const whole =
      typeof file === "number"
        ? real[file]!
        : file.map((line) => (typeof line === "string" ? line : deepLine(line)) + lineEnd).join("");
    const content = mutate(Buffer.from(whole, encoding), all);
    const extract: ExtractSpec = {
      name: "documents",
      key: columns.slice(0, 1),
      columns: columns.map((name) => ({ name, type: "text", nullable: true })),
      options: {
        file: "documents.ndjson",
        ...options,
        ...(options["headers"] === undefined ? {} : { headers: { [columns[0]!]: options["headers"] } }),
      },
    };
    let read: Read;
    try {
      read = await readFile("ndjson", "documents.ndjson", content, extract);
    } catch (error) {
      return clearError(error);
    }
    if (Object.keys(options).length === 0 && encoding === "utf8" && isUtf8(content) && !content.includes(0)) {
      compare(read, content, columns);
    }
    return read.rejected.length > 0 ? "issues" : "records";
  },
};
