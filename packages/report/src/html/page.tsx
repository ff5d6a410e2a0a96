import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import type { Evidence } from "../evidence.js";
import { Balance } from "./balance.js";
import { behaviour } from "./behaviour.js";
import { Differences } from "./differences.js";
import { Conditions, FidelityTable } from "./fidelity.js";
import { Flags } from "./flags.js";
import { exceptionRow, Exceptions, Records } from "./lists.js";
import { pack, type Packed } from "./packed.js";
import { Seal } from "./seal.js";
import { style } from "./style.js";
import { Totals } from "./totals.js";
import { Verdict } from "./verdict.js";
import { WhatRan } from "./what-ran.js";

const contents = [
  ["run", "What ran"],
  ["balance", "Balance"],
  ["totals", "Control totals"],
  ["differences", "Differences"],
  ["flags", "Flags"],
  ["exceptions", "Exceptions"],
  ["records", "Find a record"],
  ["fidelity", "Fidelity"],
  ["conditions", "Conditions"],
  ["seal", "Seals"],
] as const;

const sourceOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * The report as one page: no network, nothing from outside, scripts by their hash alone. `records` are
 * all records, for the page's search; null where there are too many of them.
 */
export async function renderPage(evidence: Evidence, records: Packed | null): Promise<string> {
  const exceptions = await pack(evidence.exceptions.map(exceptionRow));
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${sourceOf(behaviour)}; base-uri 'none'; form-action 'none'`;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${evidence.verdict.outcome} · ${evidence.migration} · ${evidence.run.kind} ${evidence.run.id}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the report
        </a>
        <Verdict evidence={evidence} />
        <nav aria-label="Contents">
          <ul>
            {contents.map(([id, title]) => (
              <li>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main">
          <WhatRan evidence={evidence} />
          <Balance evidence={evidence} />
          <Totals evidence={evidence} />
          <Differences evidence={evidence} />
          <Flags evidence={evidence} />
          <Exceptions evidence={evidence} packed={exceptions} />
          <Records evidence={evidence} packed={records} />
          <FidelityTable evidence={evidence} />
          <Conditions evidence={evidence} />
          <Seal evidence={evidence} />
        </main>
        <script dangerouslySetInnerHTML={{ __html: behaviour }} />
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(page)}`;
}
