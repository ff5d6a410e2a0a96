import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import type { Evidence } from "../evidence.js";
import { Balance } from "./balance.js";
import { behaviour } from "./behaviour.js";
import { Conditions, Differences, FidelityTable, Flags, Seal, Totals } from "./findings.js";
import { Exceptions, Records } from "./lists.js";
import { style } from "./style.js";
import { Verdict } from "./verdict.js";
import { WhatRan } from "./what-ran.js";

const contents = [
  ["run", "What ran"],
  ["balance", "Balance"],
  ["totals", "Control totals"],
  ["differences", "Differences"],
  ["flags", "Flags"],
  ["exceptions", "Exceptions"],
  ["fidelity", "Fidelity"],
  ["conditions", "Conditions"],
  ["records", "Records"],
  ["seal", "Seals"],
] as const;

const sourceOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The report as one page: no network, nothing from outside, scripts by their hash alone. */
export function renderPage(evidence: Evidence): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${sourceOf(behaviour)}; base-uri 'none'; form-action 'none'`;
  const absent = new Set([
    ...(evidence.totals.length === 0 ? ["totals"] : []),
    ...(evidence.conditions.length === 0 ? ["conditions"] : []),
  ]);
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
          To the report
        </a>
        <Verdict evidence={evidence} />
        <nav aria-label="Contents">
          <ul>
            {contents
              .filter(([id]) => !absent.has(id))
              .map(([id, title]) => (
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
          <Exceptions evidence={evidence} />
          <FidelityTable evidence={evidence} />
          <Conditions evidence={evidence} />
          <Records evidence={evidence} />
          <Seal evidence={evidence} />
        </main>
        <script dangerouslySetInnerHTML={{ __html: behaviour }} />
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(page)}`;
}
