/** The page's own style: light and dark, phone and desktop, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --paper: #fff; --quiet: #566070; --line: #d7dce3; --panel: #f5f7f9;
  --good: #14593a; --good-soft: #e2f3e9; --bad: #9c1c19; --bad-soft: #fbe6e4; --wait: #6f4600; --wait-soft: #fdf0d5; --calm: #1d4f91;
  --created: #2f6fb7; --updated: #6a4fb3; --unchanged: #7d8998; --merged: #1f8a87; --excluded: #b9c2cd; --flagged: #c9540a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ee; --paper: #12161c; --quiet: #a3adba; --line: #333b47; --panel: #1a2028;
    --good: #7fd6a6; --good-soft: #14301f; --bad: #ff9d94; --bad-soft: #3a1715; --wait: #f3c46b; --wait-soft: #35270b; --calm: #9cc4f8;
    --created: #5b9be4; --updated: #a18be6; --unchanged: #8b97a6; --merged: #48b5b1; --excluded: #56616f; --flagged: #ef8540;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
.verdict > *, nav > * { max-width: 76rem; margin-inline: auto; }
main { max-width: 78rem; margin-inline: auto; padding: 0 1rem 4rem; }
a { color: var(--calm); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.verdict { padding: 2rem 1rem 1.25rem; border-bottom: 4px solid currentColor; }
.verdict.match { background: var(--good-soft); color: var(--good); }
.verdict.mismatch { background: var(--bad-soft); color: var(--bad); }
.verdict.not-reconciled { background: var(--wait-soft); color: var(--wait); }
.verdict .kind { font-weight: 600; margin-block: 0; }
.verdict h1 { font-size: clamp(1.4rem, 3.5vw, 2.1rem); line-height: 1.2; margin-block: .25rem .75rem; text-wrap: balance; }
.others { padding-left: 1.2rem; }
.remarks { color: var(--ink); padding: 0; list-style: none; margin-block: 0 1.25rem; }
.figures { display: flex; flex-wrap: wrap; gap: .9rem 2.25rem; color: var(--ink); padding: 0; margin-block: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; }
nav { border-bottom: 1px solid var(--line); padding: .35rem 1rem; background: var(--panel); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.25rem; padding: 0; margin-block: 0; }
nav a { display: inline-block; padding-block: .3rem; }
section { margin-top: 2.5rem; }
h2 { font-size: 1.3rem; margin: 0 0 .25rem; }
.lead { color: var(--quiet); margin: 0 0 1rem; max-width: 62rem; }
.quiet { color: var(--quiet); }
.line { display: block; }
.facts { display: grid; grid-template-columns: minmax(6rem, 9rem) 1fr; gap: .35rem 1rem; margin: 0 0 1rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; min-width: 0; }
.block { display: block; color: var(--quiet); font-size: .93em; }
details, .unfolded { margin-block: .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
summary, .unfolded { padding: .5rem .75rem; }
summary { cursor: pointer; }
.unfolded { padding-left: 1.85rem; }
details > .scroll { margin: 0; border-width: 1px 0 0; border-radius: 0; background: var(--paper); }
details > .scroll:not(.stacked) table { width: auto; min-width: min(100%, 34rem); }
details > .scroll:last-child { border-radius: 0 0 6px 6px; }
.scroll { overflow-x: auto; margin-block: 1rem; border: 1px solid var(--line); border-radius: 6px; }
:focus-visible { outline: 3px solid var(--calm); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: .5rem .75rem; color: var(--quiet); font-weight: 600; }
caption span { display: inline-block; position: sticky; left: .75rem; max-width: calc(100vw - 4rem); }
th, td { text-align: left; padding: .4rem .75rem; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400; }
tbody th { font-weight: 500; }
thead th { background: var(--panel); font-weight: 600; white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.w { min-width: 16rem; }
.v { min-width: 9rem; overflow-wrap: anywhere; white-space: pre-wrap; }
.v .block, .w .block { white-space: normal; overflow-wrap: anywhere; }
.w { overflow-wrap: anywhere; }
.tag { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .9em; border: 1px solid currentColor; white-space: nowrap; }
.tag.equal, .tag.holds, .tag.kept, .tag.created, .tag.updated, .tag.unchanged { color: var(--good); }
.tag.explained, .tag.overwritten, .tag.merged, .tag.settled { color: var(--calm); }
.tag.different, .tag.missing, .tag.unexpected, .tag.fails { color: var(--bad); }
.tag.flagged, .tag.warning, .tag.no-slot, .tag.to-be-signed, .tag.unsure { color: var(--wait); }
.bar-row { display: grid; grid-template-columns: 7.5rem 1fr 5rem; gap: .75rem; align-items: center; margin-block: .4rem; }
.bar { display: flex; height: 1.5rem; gap: 2px; border-radius: 4px; overflow: hidden; forced-color-adjust: none; }
.bar span { min-width: 3px; flex-basis: 0; }
.bar-total { text-align: right; font-variant-numeric: tabular-nums; }
.bar .created, i.created { background: var(--created); } .bar .updated, i.updated { background: var(--updated); }
.bar .unchanged, i.unchanged { background: var(--unchanged); } .bar .merged, i.merged { background: var(--merged); }
.bar .excluded, i.excluded { background: var(--excluded); } .bar .flagged, i.flagged { background: var(--flagged); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; color: var(--quiet); font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; vertical-align: -.05em; forced-color-adjust: none; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin-block: .5rem; }
[hidden] { display: none !important; }
.controls output { font-variant-numeric: tabular-nums; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 5px; padding: .3rem .6rem; min-height: 2.75rem; max-width: 100%; }
[aria-disabled=true] { opacity: .45; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .95em; overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  .bar-row { grid-template-columns: 1fr auto; gap: .1rem .75rem; } .bar { grid-column: 1 / -1; grid-row: 2; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dt { margin-top: .5rem; }
  .controls label { flex: 1 1 8rem; } .controls input, .controls select { display: block; width: 100%; }
  .pages button { flex: 1 1 auto; }
  .scroll:not(.stacked) tbody th { position: sticky; left: 0; background: var(--paper); }
  .stacked thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stacked :is(table, caption, tbody, tr, th, td) { display: block; }
  .stacked tbody tr { border-top: 1px solid var(--line); padding: .4rem .75rem; }
  .stacked tbody :is(th, td) { border: 0; padding: .1rem 0; min-width: 0; display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem; text-align: left; white-space: normal; }
  .stacked tbody :is(th, td)::before { content: attr(data-title); color: var(--quiet); font-weight: 400; }
  .stacked tbody :is(th, td) > div { min-width: 0; overflow-wrap: anywhere; }
  .stacked tbody .v > div { white-space: pre-wrap; }
  .stacked tbody .none { display: none; }
  .stacked tbody .w { display: block; } .stacked tbody .w::before { display: none; }
}
@page { margin: 14mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --quiet: #333; --line: #aaa; --panel: #fff;
    --good: #14593a; --good-soft: #e2f3e9; --bad: #9c1c19; --bad-soft: #fbe6e4; --wait: #6f4600; --wait-soft: #fdf0d5; --calm: #1d4f91;
    --created: #2f6fb7; --updated: #6a4fb3; --unchanged: #7d8998; --merged: #1f8a87; --excluded: #b9c2cd; --flagged: #c9540a; }
  body { font-size: 9.5pt; }
  main { padding-inline: 0; max-width: none; }
  nav, .skip, .controls label, .pages { display: none; }
  .list:not(:has(tbody tr)) { display: none; }
  .bar span, .legend i, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll, details { overflow: visible; border: 0; margin-block: .5rem; }
  summary { padding-inline: 0; list-style: none; }
  table { font-size: 8pt; } th, td { padding: .2rem .4rem; } .w, .v { min-width: 0; }
  .facts { grid-template-columns: 8rem 1fr; }
  h2, summary, caption, .lead { break-after: avoid; } tr, .bar-row, .facts dd { break-inside: avoid; } tbody tr:first-child { break-before: avoid; } thead { display: table-header-group; }
}
`;
