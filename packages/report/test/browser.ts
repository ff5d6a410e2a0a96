import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { pack, renderPage, type Evidence } from "@cutover/report";
import { browserArguments, findBrowser } from "@cutover/testkit";
import { newFolder } from "./folders.js";

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await findBrowser(), args: [...browserArguments] });
});
afterAll(() => browser?.close());

export interface View {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly scripts?: boolean;
}

export interface Opened {
  readonly page: Page;
  /** What the page asked for beside itself, and what went wrong in it; both are to stay empty. */
  readonly asked: readonly string[];
  readonly wrong: readonly string[];
}

/** Opens a report as an auditor does: a file, by a double click. */
export async function open(
  evidence: Evidence,
  records: readonly (readonly string[])[],
  view: View = {},
): Promise<Opened> {
  const file = join(newFolder(), "report.html");
  writeFileSync(file, await renderPage(evidence, await pack(records)));
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: 900 },
    colorScheme: view.scheme ?? "light",
    javaScriptEnabled: view.scripts ?? true,
  });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url) asked.push(request.url());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("dialog", (dialog) => {
    wrong.push("a dialog opened");
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  await page.goto(url);
  if (view.scripts !== false)
    await page.waitForFunction("document.querySelectorAll('form[hidden]').length === 0");
  return { page, asked, wrong };
}

/** Waits until a list has unpacked, and gives what it tells of its rows. */
export async function told(page: Page, section: string): Promise<string> {
  const output = page.locator(`#${section} output`);
  await page.waitForFunction(
    (id) => /^(\d|Nothing)/.test(document.querySelector(`#${id} output`)?.textContent ?? ""),
    section,
  );
  return (await output.textContent()) ?? "";
}
