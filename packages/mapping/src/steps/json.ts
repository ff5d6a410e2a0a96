import { canonicalJson } from "@cutover/model";
import { isList, isMap, toText, type Failed, type Value } from "../value.js";
import type { Scope } from "../scope.js";
import { declareStep, lists, scalars } from "./step.js";

export const json = declareStep({
  name: "json",
  version: 1,
  converts: true,
  doc: "Reads a JSON text as a list or map of texts. Numbers keep their digits, yes and no become `true` and `false`, nulls and empty texts are left out, and what is nested deeper stays JSON text. Towards the target, writes a list or map as JSON.",
  schema: { const: true },
  takes: [...scalars, ...lists, "map", "credits"],
  whole: true,
  gives: (_step, _input, direction) => (direction === "outbound" ? "text" : "any"),
  examples: [
    {
      step: { json: true },
      given: '{"grade":"A","points":12345678901234567890,"x":null}',
      gives: { grade: "A", points: "12345678901234567890" },
    },
    { step: { json: true }, given: '["de","en"]', gives: ["de", "en"] },
    { step: { json: true }, given: '{"a":{"b":[1,2.50]}}', gives: { a: '{"b":["1","2.50"]}' } },
    { step: { json: true }, given: "{}", gives: null },
    { step: { json: true }, given: "{a:1}", issue: "bad-structure" },
    { step: { json: true }, given: '"text"', issue: "bad-structure" },
    {
      step: { json: true },
      direction: "outbound",
      given: { b: "2", a: "1" },
      gives: '{"a":"1","b":"2"}',
      back: { a: "1", b: "2" },
    },
  ],
  explain: () => "as JSON",
  compile: (_step, { direction }) => {
    if (direction !== "outbound") return { forward: read };
    return {
      forward: (value) => canonicalJson(value),
      back: (after) => {
        const value = readJson(toText(after) ?? "");
        return value === undefined ? after : value;
      },
    };
  },
});

function read(value: Value, scope: Scope): Value | Failed {
  // Databases that know JSON may hand over what they have parsed.
  if (isList(value) || isMap(value)) return texts(value) ?? scope.fail("bad-structure", "json");
  const text = toText(value);
  const found = text === null ? undefined : readJson(text);
  return found === undefined ? scope.fail("bad-structure", "json: not a list or map in JSON") : found;
}

/** Where a number may stand. */
const numeric = /[[,:]\s*-?\d/;
const quotedOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The list or map of texts; null where it is empty, undefined where it is neither. */
function readJson(text: string): Value | undefined {
  try {
    const plain = JSON.parse(text) as unknown;
    if (!numeric.test(text)) return texts(plain);
    // A number read as a double would lose digits: its text is what is kept.
    return texts(
      JSON.parse(text.replace(quotedOrNumber, (found) => (found.startsWith('"') ? found : `"${found}"`))),
    );
  } catch {
    return undefined;
  }
}

function texts(value: unknown): Value | undefined {
  if (Array.isArray(value)) {
    const items = value.map(textOf).filter((item) => item !== null);
    return items.length === 0 ? null : items;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const text = textOf(item);
    return text === null ? [] : [[name, text] as const];
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  return typeof value === "object" ? canonicalJson(value) : toText(value as Value);
}
