import { createRequire } from "node:module";
// Without the names in every language, which the package's own entry takes in at once.
import countries from "i18n-iso-countries/index.js";
import { toText, type Value } from "../value.js";
import { declareStep, onText, StepError } from "./step.js";

type Form = "name" | "alpha2" | "alpha3" | "any";
interface Argument {
  readonly form: Form;
  readonly language: string;
}

const forms = { enum: ["name", "alpha2", "alpha3", "any"] };

/** What a form is, for people. */
const told: Readonly<Record<Form, string>> = {
  name: "name",
  alpha2: "code of two letters",
  alpha3: "code of three letters",
  any: "code or name",
};

export const country = declareStep({
  name: "country",
  version: 1,
  converts: true,
  doc: "Reads a country by its `name` (English, unless `language` says another), `alpha2` or `alpha3` code (ISO 3166-1), or `any` of them, and gives the alpha-2 code; an unknown one is flagged. Towards the target, writes it that way; `any` is the alpha-2 code.",
  schema: {
    anyOf: [
      forms,
      {
        type: "object",
        properties: { form: forms, language: { type: "string", pattern: "^[a-z]{2}$" } },
        required: ["form"],
        additionalProperties: false,
      },
    ],
  },
  examples: [
    { step: { country: "name" }, given: "Germany", gives: "DE" },
    { step: { country: "name" }, given: "united states", gives: "US" },
    { step: { country: { form: "name", language: "de" } }, given: "Frankreich", gives: "FR" },
    { step: { country: "alpha3" }, given: "MEX", gives: "MX" },
    { step: { country: "alpha2" }, given: "de", gives: "DE" },
    { step: { country: "alpha2" }, given: "XX", issue: "bad-code" },
    { step: { country: "any" }, given: "Germany", gives: "DE" },
    { step: { country: "any" }, given: "deu", gives: "DE" },
    { step: { country: "any" }, given: "Atlantis", issue: "bad-code" },
    { step: { country: "alpha3" }, direction: "outbound", given: "MX", gives: "MEX", back: "MX" },
  ],
  explain: ({ arg }) => `as a country's ${told[argumentOf(arg).form]}`,
  compile: ({ arg }, { direction }) => {
    const { form, language } = argumentOf(arg);
    register(language);
    const alpha2 = (text: string, as = form): string | undefined => {
      const trimmed = text.trim();
      if (as === "any")
        return alpha2(trimmed, "alpha2") ?? alpha2(trimmed, "alpha3") ?? alpha2(trimmed, "name");
      if (as === "name") return countries.getAlpha2Code(trimmed, language);
      const code = trimmed.toUpperCase();
      if (as === "alpha3") return countries.alpha3ToAlpha2(code);
      return countries.alpha2ToAlpha3(code) === undefined ? undefined : code;
    };
    if (direction !== "outbound") {
      return {
        forward: onText(
          (text, scope) =>
            alpha2(text) ?? scope.fail("bad-code", `country: not a known country's ${told[form]}`),
        ),
      };
    }
    return {
      forward: onText((text, scope) => {
        const written =
          form === "name"
            ? countries.getName(text, language)
            : form === "alpha3"
              ? countries.alpha2ToAlpha3(text)
              : text;
        return written ?? scope.fail("no-target-value", "country: not a known country");
      }),
      back: (after: Value) => alpha2(toText(after) ?? "") ?? after,
    };
  },
});

const argumentOf = (arg: unknown): Argument =>
  typeof arg === "string"
    ? { form: arg as Form, language: "en" }
    : { language: "en", ...(arg as { form: Form }) };

const load = createRequire(import.meta.url);
const registered = new Set<string>();

function register(language: string): void {
  if (registered.has(language)) return;
  try {
    countries.registerLocale(load(`i18n-iso-countries/langs/${language}.json`) as countries.LocaleData);
  } catch {
    throw new StepError(`no names of countries are known in the language "${language}"`, "/country/language");
  }
  registered.add(language);
}
