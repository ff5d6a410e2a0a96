import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProgram, run } from "../servers/command.js";
import { installPackages } from "../servers/install.js";

const variable = "CUTOVER_TEST_CHROMIUM";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
];

const places = [
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** What Playwright once downloaded, the newest first. */
function downloaded(): string[] {
  const cache = join(homedir(), ".cache", "ms-playwright");
  try {
    return readdirSync(cache)
      .filter((name) => /^chromium-\d+$/.test(name))
      .toSorted((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
      .map((name) => join(cache, name, "chrome-linux", "chrome"));
  } catch {
    return [];
  }
}

/** Whether the file is a browser that starts: Ubuntu's package of the name is a stub. */
const starts = async (file: string): Promise<boolean> =>
  (await run(file, ["--version"], { timeout: 30_000 })).ok;

async function installed(): Promise<string | null> {
  const found = names.map((name) => findProgram(name)).filter((file) => file !== null);
  for (const file of [...found, ...places, ...downloaded()]) {
    if (await starts(file)) return file;
  }
  return null;
}

/** How a browser is started for a test: without a sandbox, since tests may run as root, and without its own traffic. */
export const browserArguments: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The program of a Chromium or Chrome: the one the environment names, one that is installed, or one
 * that is installed now. Where no way leads to one it throws and says what to install: a test never skips in silence.
 */
export async function findBrowser(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = env[variable];
  if (given !== undefined && given !== "") {
    if (await starts(given)) return given;
    throw new Error(`${variable} is set to ${given}, which does not start`);
  }
  const found = await installed();
  if (found !== null) return found;
  const attempt = await installPackages(["chromium"]);
  const fresh = attempt.ok ? await installed() : null;
  if (fresh !== null) return fresh;
  throw new Error(
    `no browser to test with: ${variable} names none, none is installed, ` +
      `${attempt.why || "the installed package has none that starts"}. ` +
      `Install chromium (Debian's name) or Google Chrome, or set ${variable} to its program.`,
  );
}
