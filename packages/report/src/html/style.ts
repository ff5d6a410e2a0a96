/** The page's own style: light and dark, phone and desktop, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --paper: #fff; --quiet: #566070; --line: #d7dce3; --panel: #f5f7f9;
  --good: #16653f; --good-soft: #e2f3e9; --bad: #a3201d; --bad-soft: #fbe6e4; --wait: #7a4d00; --wait-soft: #fdf0d5; --calm: #1d4f91; --calm-soft: #e4eefb;
  --created: #2f6fb7; --updated: #6a4fb3; --unchanged: #7d8998; --merged: #1f8a87; --excluded: #b9c2cd; --flagged: #c9540a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ee; --paper: #12161c; --quiet: #a3adba; --line: #333b47; --panel: #1a2028;
    --good: #7fd6a6; --good-soft: #14301f; --bad: #ff9d94; --bad-soft: #3a1715; --wait: #f3c46b; --wait-soft: #35270b; --calm: #9cc4f8; --calm-soft: #142841;
    --created: #5b9be4; --updated: #a18be6; --unchanged: #8b97a6; --merged: #48b5b1; --excluded: #56616f; --flagged: #ef8540;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main, .verdict > *, nav > * { max-width: 72rem; margin-inline: auto; }
main { padding: 0 1rem 4rem; }
a { color: var(--calm); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.verdict { padding: 2rem 1rem 1.5rem; border-bottom: 4px solid currentColor; }
.verdict.match { background: var(--good-soft); color: var(--good); }
.verdict.mismatch { background: var(--bad-soft); color: var(--bad); }
.verdict.not-reconciled { background: var(--wait-soft); color: var(--wait); }
.verdict .kind { font-weight: 600; }
.verdict h1 { font-size: clamp(1.4rem, 4vw, 2.2rem); line-height: 1.2; margin-block: .25rem 1rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; color: var(--ink); padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
nav { border-bottom: 1px solid var(--line); padding: .5rem 1rem; background: var(--panel); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin-block: 0; }
section { margin-top: 2.5rem; }
h2 { font-size: 1.3rem; margin: 0 0 .25rem; }
.lead { color: var(--quiet); margin: 0 0 1rem; max-width: 60rem; }
.facts { display: grid; grid-template-columns: minmax(6rem, 9rem) 1fr; gap: .35rem 1rem; margin: 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.block { display: block; color: var(--quiet); font-size: .9rem; }
.scroll { overflow-x: auto; margin-block: 1rem; border: 1px solid var(--line); border-radius: 6px; }
.scroll:focus-visible, input:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--calm); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: .5rem .75rem; color: var(--quiet); font-weight: 600; }
th, td { text-align: left; padding: .4rem .75rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; min-width: 3.5rem; }
tbody th { font-weight: 500; }
thead th { background: var(--panel); font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tag { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .85em; border: 1px solid currentColor; white-space: nowrap; }
.tag.equal, .tag.holds, .tag.kept { color: var(--good); } .tag.explained, .tag.overwritten, .tag.merged { color: var(--calm); }
.tag.different, .tag.missing, .tag.unexpected, .tag.fails { color: var(--bad); }
.tag.flag, .tag.warning, .tag.no-slot, .tag.to-be-signed { color: var(--wait); }
.bar-row { display: grid; grid-template-columns: 8rem 1fr 5rem; gap: .75rem; align-items: center; margin-block: .4rem; }
.bar { display: flex; height: 1.5rem; gap: 2px; border-radius: 4px; overflow: hidden; }
.bar span { min-width: 3px; flex-basis: 0; }
.bar-total { text-align: right; font-variant-numeric: tabular-nums; }
.bar .created, i.created { background: var(--created); } .bar .updated, i.updated { background: var(--updated); }
.bar .unchanged, i.unchanged { background: var(--unchanged); } .bar .merged, i.merged { background: var(--merged); }
.bar .excluded, i.excluded { background: var(--excluded); } .bar .flagged, i.flagged { background: var(--flagged); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; color: var(--quiet); font-size: .85rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; vertical-align: -.05em; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 5px; padding: .3rem .6rem; min-height: 2.75rem; }
button:disabled { opacity: .45; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .bar-row { grid-template-columns: 1fr auto; } .bar { grid-column: 1 / -1; grid-row: 2; }
  .facts { grid-template-columns: 1fr; } .facts dt { margin-top: .5rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --quiet: #333; --line: #aaa; --panel: #fff; }
  nav, .controls, .skip { display: none; }
  .bar span, .legend i, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; border: 0; }
  section { break-inside: auto; } h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
  body { font-size: 10pt; }
}
`;
