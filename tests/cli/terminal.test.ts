import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controls, cutover, program } from "./support/cutover.js";
import { exports, hash, makeSmall, type Small } from "./support/small.js";

/** Of util-linux. */
const script = "/usr/bin/script";
const esc = "\u001b";

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What a command writes to a terminal of 80 columns, by util-linux's `script`. */
function onTerminal(args: readonly string[]): Promise<string> {
  const command = ["stty cols 80 rows 24;", quoted(process.execPath), ...[program, ...args].map(quoted)].join(
    " ",
  );
  const { COLUMNS: _, NO_COLOR: __, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(script, ["-qec", command, "/dev/null"], {
      env: { ...env, TERM: "xterm-256color" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.once("error", reject);
    child.once("close", () => resolve(text));
  });
}

/** The lines a terminal shows in the end: carriage return, erasing to the end of the line, colours. */
function screen(text: string): readonly string[] {
  const lines: string[][] = [[]];
  let column = 0;
  for (const [token] of text.matchAll(new RegExp(`${esc}\\[[\\d;?]*[A-Za-z]|[^]`, "gu"))) {
    const line = lines.at(-1)!;
    if (token === "\r") column = 0;
    else if (token === "\n") {
      lines.push([]);
      column = 0;
    } else if (token === `${esc}[K`) line.length = Math.min(line.length, column);
    else if (/^.\[[\d;]*m$/.test(token)) continue;
    else if (token.startsWith(esc)) throw new Error(`unexpected ${JSON.stringify(token)}`);
    else line[column++] = token;
  }
  return lines.map((line) =>
    Array.from(line, (char) => char ?? " ")
      .join("")
      .trimEnd(),
  );
}

describe.skipIf(!existsSync(script))("on a terminal of 80 columns", () => {
  let small: Small;
  beforeAll(() => {
    small = makeSmall({ people: 4000 });
  });
  afterAll(() => small.remove());

  it("progress shows rate and what is left, and leaves nothing behind", async () => {
    const text = await onTerminal(["run", small.folder, "--batch", "20"]);
    expect(text).toMatch(/load user +█*░* \d+% · [\d,]+ of 4,000 · [\d,]+\/s · \d+ s left/);
    const lines = screen(text);
    expect(lines.join("\n")).not.toContain("█");
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
    expect(lines.join("\n")).toContain("Rehearsal 1, finished");
    // None was longer than the line, or it would have left its beginning on the one before.
    for (const drawn of text.split("\r")) expect(drawn.split(`${esc}[K`)[0]!.length).toBeLessThan(80);
  });

  it("colours what went wrong, and only there", async () => {
    expect(await onTerminal(["plan", "/nowhere"])).toContain(`${esc}[31mmigration-invalid${esc}[39m: `);
    const { err } = await cutover(["plan", "/nowhere"]);
    expect(controls(err)).toEqual([]);
  });
});

describe("whatever the data hold", () => {
  let small: Small;
  const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31mx\u202etxt.exe";
  beforeAll(() => {
    small = makeSmall();
    const [head, first, ...rest] = exports(4)["people.csv"]!.split("\n");
    // A tab is allowed in a text, and the key is shown as it is.
    small.file(
      "exports/people.csv",
      [
        head,
        first!.replace("P0", `"P${hostile}"`).replace("Name 0", "日本語の名前\tとても長い".repeat(9)),
        ...rest,
      ].join("\n"),
    );
    small.file("exports/teams.csv", `${exports(0)["teams.csv"]!}T9,"${hostile}",T0\n`);
  });
  afterAll(() => small.remove());

  it.each(["profile", "preview", "plan", "flags"])(
    "%s writes nothing a terminal would obey",
    async (command) => {
      for (const more of [[], ["--json"]]) {
        const { status, out, err } = await cutover([command, small.folder, ...more]);
        expect([0, 4]).toContain(status);
        expect(controls(out + err)).toEqual([]);
      }
    },
  );

  it("preview hides credentials", async () => {
    for (const more of [[], ["--json"]]) {
      const { out } = await cutover(["preview", small.folder, "--limit", "9", ...more]);
      expect(out).toContain("(hidden)");
      expect(out).not.toContain(hash);
    }
  });

  it("tables fit the page", async () => {
    for (const columns of [80, 60]) {
      const { out } = await cutover(["preview", small.folder, "--entity", "user"], {
        env: { COLUMNS: String(columns) },
      });
      // The wide characters of this fixture take two columns each.
      const width = (line: string): number =>
        [...line].reduce((n, char) => n + (/[぀-ヿ一-鿿]/.test(char) ? 2 : 1), 0);
      const tables = out.split("\n").filter((line) => !line.startsWith("──"));
      expect(tables.filter((line) => width(line) > columns)).toEqual([]);
    }
  });
});
