import { declareStep, onText, same } from "./step.js";

interface Argument {
  readonly language: string;
}

export const multilang = declareStep({
  name: "multilang",
  version: 1,
  doc: 'Takes one language out of a text that holds several, marked with `<span lang="de" class="multilang">` or `{mlang de}...{mlang}`. Where a run of spans has no span of that language, its first stands.',
  schema: {
    type: "object",
    properties: { language: { type: "string", pattern: "^[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*$" } },
    required: ["language"],
    additionalProperties: false,
  },
  examples: [
    {
      step: { multilang: { language: "de" } },
      given:
        '<span lang="en" class="multilang">Safety</span><span lang="de" class="multilang">Sicherheit</span> 1',
      gives: "Sicherheit 1",
    },
    {
      step: { multilang: { language: "fr" } },
      given:
        '<span class="multilang" lang="en">Safety</span> <span class="multilang" lang="de">Sicherheit</span>',
      gives: "Safety",
    },
    {
      step: { multilang: { language: "en" } },
      given: "{mlang en}Fire{mlang}{mlang de}Feuer{mlang} A",
      gives: "Fire A",
    },
    {
      step: { multilang: { language: "de" } },
      given: "{mlang en,de}Brand{mlang}{mlang other}Fire{mlang}",
      gives: "Brand",
    },
    { step: { multilang: { language: "de" } }, given: "plain", gives: "plain" },
  ],
  explain: ({ arg }) => `in the language ${(arg as Argument).language}`,
  compile: ({ arg }) => {
    const language = fold((arg as Argument).language);
    return {
      forward: onText((text) => braces(spans(text, language), language)),
      back: same,
      loss: "the other languages",
    };
  },
});

const fold = (language: string): string => language.toLowerCase().replaceAll("-", "_");

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly languages: readonly string[];
  readonly text: string;
}

const opening = /<span(\s[^<>]{0,200})>/gi;

function spans(text: string, language: string): string {
  if (!text.includes("multilang")) return text;
  const pieces: Piece[] = [];
  opening.lastIndex = 0;
  // A span that is not closed ends the search: what follows it has no end either.
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const attributes = found[1]!;
    const lang = /\slang\s*=\s*["']?([A-Za-z0-9_-]+)/i.exec(attributes)?.[1];
    if (lang === undefined || !/\sclass\s*=\s*["']?[^"']*\bmultilang\b/i.test(attributes)) continue;
    const start = opening.lastIndex;
    const end = text.indexOf("</span>", start);
    if (end < 0) break;
    pieces.push({ from: found.index, to: end + 7, languages: [fold(lang)], text: text.slice(start, end) });
    opening.lastIndex = end + 7;
  }
  return choose(text, pieces, language, (between) => between.trim() === "");
}

function braces(text: string, language: string): string {
  if (!text.includes("{mlang")) return text;
  const pieces: Piece[] = [];
  const start = /\{mlang\s+([A-Za-z0-9_,\- ]{1,100})\}/g;
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    const end = text.indexOf("{mlang}", start.lastIndex);
    if (end < 0) break;
    pieces.push({
      from: found.index,
      to: end + 7,
      languages: found[1]!.split(",").map((name) => fold(name.trim())),
      text: text.slice(start.lastIndex, end),
    });
    start.lastIndex = end + 7;
  }
  // With {mlang} all blocks of a text are one choice.
  return choose(text, pieces, language, () => true);
}

/** Of each run of pieces, the one in the language, else `other`, else the first; the others go. */
function choose(
  text: string,
  pieces: readonly Piece[],
  language: string,
  joins: (between: string) => boolean,
): string {
  let result = "";
  let at = 0;
  let i = 0;
  while (i < pieces.length) {
    let j = i + 1;
    while (j < pieces.length && joins(text.slice(pieces[j - 1]!.to, pieces[j]!.from))) j += 1;
    const run = pieces.slice(i, j);
    const has = (wanted: string) => run.find((piece) => piece.languages.includes(wanted));
    const chosen = has(language) ?? has(language.split("_")[0]!) ?? has("other") ?? run[0]!;
    for (const piece of run) {
      const between = text.slice(at, piece.from);
      if (piece === run[0] || between.trim() !== "") result += between;
      if (piece === chosen) result += piece.text;
      at = piece.to;
    }
    i = j;
  }
  return result + text.slice(at);
}
