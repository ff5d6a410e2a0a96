import { toText, type Value } from "../value.js";
import { declareStep, onText } from "./step.js";

type Form = "bcp47" | "moodle" | "name";

export const language = declareStep({
  name: "language",
  version: 1,
  converts: true,
  doc: "Reads a language and gives its BCP 47 tag: from such a tag in any case, with `-` or `_` (`bcp47`), from a Moodle language pack's name (`moodle`), or from its English `name`. An unknown one is flagged. Towards the target, writes it that way.",
  schema: { enum: ["bcp47", "moodle", "name"] },
  examples: [
    { step: { language: "bcp47" }, given: "pt_br", gives: "pt-BR" },
    { step: { language: "bcp47" }, given: "EN", gives: "en" },
    { step: { language: "bcp47" }, given: "klingonish", issue: "bad-code" },
    { step: { language: "moodle" }, given: "pt_br", gives: "pt-BR" },
    { step: { language: "moodle" }, given: "sr_lt", gives: "sr-Latn" },
    { step: { language: "name" }, given: "German", gives: "de" },
    { step: { language: "moodle" }, direction: "outbound", given: "pt-BR", gives: "pt_br", back: "pt-BR" },
  ],
  explain: ({ arg }) => (arg === "name" ? "as a language's English name" : "as a language's code"),
  compile: ({ arg }, { direction }) => {
    const form = arg as Form;
    const read = readers[form];
    if (direction !== "outbound") {
      return {
        forward: onText(
          (text, scope) => read(text.trim()) ?? scope.fail("bad-code", "language: not a known language"),
        ),
      };
    }
    return {
      forward: onText(
        (text, scope) =>
          writers[form](text) ?? scope.fail("no-target-value", "language: not a known language"),
      ),
      back: (after: Value) => read(toText(after) ?? "") ?? after,
    };
  },
});

/** English names, which take milliseconds to come by. */
const namesOf = (type: "language" | "region"): ((code: string) => string | undefined) => {
  let made: Intl.DisplayNames | undefined;
  return (code) => (made ??= new Intl.DisplayNames("en", { type, fallback: "none" })).of(code);
};
const languageName = namesOf("language");
const regionName = namesOf("region");

/** The tag in its usual case, where its language and region are known; null otherwise. */
function known(text: string): string | null {
  if (text.length > 35) return null;
  try {
    const locale = new Intl.Locale(text.replaceAll("_", "-"));
    if (languageName(locale.language) === undefined) return null;
    if (locale.region !== undefined && regionName(locale.region) === undefined) return null;
    return locale.toString();
  } catch {
    return null;
  }
}

/** Packs whose second part is a script, not a country. */
const packs: Readonly<Record<string, string>> = {
  sr_lt: "sr-Latn",
  sr_cr: "sr-Cyrl",
  ca_valencia: "ca-valencia",
};

const names = new Map<string, string>();

function byName(text: string): string | null {
  if (names.size === 0) {
    for (let a = 97; a <= 122; a += 1) {
      for (let b = 97; b <= 122; b += 1) {
        const code = String.fromCharCode(a, b);
        const found = languageName(code);
        const canonical = Intl.getCanonicalLocales(code)[0]!;
        if (found !== undefined && canonical === code) names.set(found.toLowerCase(), code);
      }
    }
  }
  return names.get(text.toLowerCase()) ?? null;
}

const cache = new Map<string, string | null>();
const cacheKept = 1000;

/** Few languages occur, and Intl takes microseconds for each. */
const remembered =
  (form: Form, read: (text: string) => string | null) =>
  (text: string): string | null => {
    const key = `${form} ${text}`;
    let found = cache.get(key);
    if (found === undefined) {
      found = read(text);
      if (cache.size < cacheKept && key.length < 64) cache.set(key, found);
    }
    return found;
  };

const readers: Readonly<Record<Form, (text: string) => string | null>> = {
  bcp47: remembered("bcp47", known),
  moodle: remembered("moodle", (text) => {
    const pack = text.toLowerCase();
    return Object.hasOwn(packs, pack) ? packs[pack]! : known(pack);
  }),
  name: remembered("name", byName),
};

const writers: Readonly<Record<Form, (text: string) => string | null>> = {
  bcp47: (text) => text,
  moodle: (text) =>
    Object.entries(packs).find(([, tag]) => tag === text)?.[0] ?? text.toLowerCase().replaceAll("-", "_"),
  name: (text) => languageName(text) ?? null,
};
