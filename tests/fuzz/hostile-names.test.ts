import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browserArguments, findBrowser } from "@cutover/testkit";
import { parse } from "csv-parse/sync";
import { strFromU8, unzipSync } from "fflate";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseStringPromise } from "xml2js";
import { controls, cutover } from "../cli/support/cutover.js";
import { makeSmall, type Small } from "../cli/support/small.js";
import { hostileTokens } from "./support/tokens.js";

/** Every field of a person and of a team is hostile in its turn, the key that everything is told by too. */
const people = hostileTokens.map((token, i) => [
  `${token} ${i}`,
  i % 3 === 0 ? token : `login ${i} ${token}`,
  i % 2 === 0 ? token : `p${i}@example.org`,
  token,
  i % 5 === 0 ? token : `T${i % 4}`,
  token,
]);
const harmless = people.map((_, i) => [
  `k ${i}`,
  `login ${i}`,
  i % 2 === 0 ? "no mail" : `p${i}@example.org`,
  `n${i}`,
  i % 5 === 0 ? "T9" : `T${i % 4}`,
  "x",
]);
const teams = (names: readonly string[]) => names.map((name, i) => [`T${i}`, name, i === 0 ? "" : "T0"]);

const stringify = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");

const peopleHeader = ["person", "login", "mail", "last", "team", "secret"];

interface Moved {
  readonly small: Small;
  readonly said: readonly string[];
  readonly report: string;
}

/** A migration from the files to its report, told to people as on a terminal. */
async function move(rows: readonly (readonly string[])[], names: readonly string[]): Promise<Moved> {
  const small = makeSmall({ people: 0 });
  small.file("exports/people.csv", stringify([peopleHeader, ...rows]));
  small.file("exports/teams.csv", stringify([["team", "title", "above"], ...teams(names)]));
  const said: string[] = [];
  for (const command of ["profile", "preview", "plan", "run", "reconcile", "flags", "report"]) {
    const { status, out, err } = await cutover([command, small.folder]);
    // Hostile keys and addresses are flagged; nothing else is wrong with them.
    expect([0, 4, 5], `${command}: ${err}${out}`).toContain(status);
    said.push(out, err);
  }
  const reports = path.join(small.folder, "reports");
  return { small, said, report: path.join(reports, readdirSync(reports)[0]!) };
}

let hostile: Moved;
let calm: Moved;
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await findBrowser(), args: [...browserArguments] });
  hostile = await move(
    people,
    hostileTokens.slice(0, 4).map((token, i) => `${token} ${i}`),
  );
  calm = await move(harmless, ["a", "b", "c", "d"]);
});
afterAll(async () => {
  await browser?.close();
  hostile?.small.remove();
  calm?.small.remove();
});

/** What a spreadsheet would run, at the beginning of a cell or of what it may make one of. */
const runs = (cell: string): boolean =>
  !/^[+-]?\d+(\.\d+)?$/.test(cell) && /^\s*[=+\-@|%＝＋－＠]/u.test(cell);

interface Seen {
  readonly vocabulary: readonly string[];
  readonly scripts: number;
  readonly shown: string;
  readonly asked: readonly string[];
  readonly wrong: readonly string[];
}

/** What a browser makes of a report: names of elements and attributes, and what it does. */
async function see(report: string): Promise<Seen> {
  const page = await browser.newPage();
  const url = pathToFileURL(path.join(report, "report.html")).href;
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url) asked.push(request.url());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("dialog", (dialog) => {
    wrong.push("a dialog");
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForFunction("document.querySelectorAll('form[hidden]').length === 0");
  for (const list of ["exceptions", "records"]) {
    await page.waitForFunction(
      (id) => /^(\d|Nothing)/.test(document.querySelector(`#${id} output`)?.textContent ?? ""),
      list,
    );
  }
  const found = await page.evaluate(() => {
    const names = new Set<string>();
    for (const element of document.querySelectorAll("*")) {
      for (const { name } of element.attributes) names.add(`${element.localName} ${name}`);
      names.add(element.localName);
    }
    return {
      vocabulary: [...names],
      scripts: document.scripts.length,
      shown: document.body.textContent ?? "",
    };
  });
  await page.close();
  return { ...found, asked, wrong };
}

describe("hostile names, from the source to the report", () => {
  it("are in the target as they were, those that could be moved", async () => {
    const rows = await hostile.small.rows("person");
    expect(rows.length).toBeGreaterThan(20);
    for (const { login, name } of rows) {
      const source = people.find(([, given]) => given === login)!;
      expect(source[3]).toBe(name);
    }
  });

  it("move no terminal", () => {
    expect(hostile.said.flatMap(controls)).toEqual([]);
  });

  it("are text in every cell of every CSV file", () => {
    const files = readdirSync(hostile.report).filter((name) => name.endsWith(".csv"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const cells = (
        parse(readFileSync(path.join(hostile.report, file)), { bom: true }) as string[][]
      ).flat();
      expect(
        cells.some((cell) => cell.includes("HYPERLINK")),
        file,
      ).toBe(true);
      for (const cell of cells) {
        for (const part of cell.split(/[;\t\r\n]/))
          expect(runs(part), `${file}: ${JSON.stringify(cell)}`).toBe(false);
      }
    }
  });

  it("are text in every cell of every workbook", async () => {
    const files = readdirSync(hostile.report).filter((name) => name.endsWith(".xlsx"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const parts = unzipSync(readFileSync(path.join(hostile.report, file)));
      const names = Object.keys(parts);
      // Neither macros, nor links to elsewhere, nor anything embedded.
      expect(names.filter((name) => /vba|external|embed|drawing|\.bin$/i.test(name))).toEqual([]);
      for (const name of names.filter((one) => /\.(?:xml|rels)$/.test(one))) {
        const xml = strFromU8(parts[name]!);
        // An independent parser takes it, so no value has become markup.
        await parseStringPromise(xml);
        expect(xml, name).not.toMatch(/<(?:\w+:)?(?:f|hyperlink|oleObject)[\s>/]|TargetMode="External"/);
        for (const [, text = ""] of xml.matchAll(/<t(?:\s[^>]*)?>([^<]*)<\/t>/g)) {
          const value = text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
          expect(runs(value), JSON.stringify(value)).toBe(false);
        }
      }
    }
  });

  it("are text in the page, which has the elements and attributes of a harmless one", async () => {
    const [seen, expected] = [await see(hostile.report), await see(calm.report)];
    expect(seen.vocabulary.filter((name) => !expected.vocabulary.includes(name))).toEqual([]);
    expect(seen.scripts).toBe(expected.scripts);
    expect(seen.shown).toContain("<script>alert(1)</script>");
    expect([...seen.asked, ...seen.wrong]).toEqual([]);
  });

  it("change no object of the program: JSON for machines has them as values", () => {
    const evidence = readdirSync(hostile.report).find((name) => name.endsWith(".json"))!;
    const text = readFileSync(path.join(hostile.report, evidence), "utf8");
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(text).toContain("__proto__");
  });
});
