/** The stylesheet of the report. Both themes meet WCAG AA; the fonts are those of the machine. */
export const REPORT_STYLE = `:root {
  color-scheme: light dark;
  --ground: #f4f3f0; --paper: #fff; --ink: #1d1c1a; --soft: #5c5953; --line: #d8d5cf; --accent: #1f5fbf;
  --good: #17652c; --good-ground: #e2f3e6; --bad: #8f1d14; --bad-ground: #fdeceb; --warn: #6d4a00; --warn-ground: #fdf1d3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #161513; --paper: #211f1d; --ink: #f1efeb; --soft: #b4afa7; --line: #3d3a36; --accent: #8db8ff;
    --good: #8fdca3; --good-ground: #16301d; --bad: #ffb4ab; --bad-ground: #3b1512; --warn: #f2cd7c; --warn-ground: #352a10;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .875rem; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h1 { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 0; font-size: 1.75rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.375rem; }
h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
ul, ol { margin: 0 0 .75rem; padding-left: 1.25rem; }
li { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(6rem, auto) minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 .75rem; }
dt { color: var(--soft); }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 .75rem; padding: .6rem .75rem; background: var(--ground); border-radius: .375rem; white-space: pre-wrap; }
pre code { font-size: .8125rem; }
small { font-size: .8125rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.soft { color: var(--soft); }
.badge { padding: .1rem .6rem; border-radius: 1rem; font-size: .875rem; font-weight: 700; white-space: nowrap; }
h1 .badge { font-size: 1.125rem; padding: .2rem .9rem; }
.badge.pass { color: var(--good); background: var(--good-ground); }
.badge.fail { color: var(--bad); background: var(--bad-ground); }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0 0; color: var(--soft); font-size: .9375rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.counts li { padding: .35rem .75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.counts b { font-size: 1.125rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 1rem; }
nav a { padding: .25rem 0; }
.counts .pass b, .mutants .pass b, .check.pass .mark { color: var(--good); }
.counts .fail b, .mutants .fail b, .check.fail .mark { color: var(--bad); }
.counts .unknown b, .counts .waived b, .waivers b, .check.unknown .mark, .check.waived .mark { color: var(--warn); }
.wrong { padding: .75rem 1rem .75rem 2rem; background: var(--bad-ground); border-radius: .5rem; }
.wrong a { color: var(--bad); }
.phase { margin-bottom: .75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow: clip; }
summary { cursor: pointer; }
.phase > summary { padding: .7rem 1rem; }
.phase > summary h3 { display: inline; margin: 0 .5rem 0 0; font-size: 1.0625rem; }
.phase > summary .soft { margin-left: .5rem; font-size: .875rem; white-space: nowrap; }
.check { border-top: 1px solid var(--line); scroll-margin-top: 1rem; }
.check > summary { display: grid; grid-template-columns: 1.25rem minmax(0, 1fr) auto; gap: 0 .5rem; padding: .5rem 1rem; list-style: none; }
.check > summary::-webkit-details-marker { display: none; }
.check > summary:hover { background: var(--ground); }
.check > summary .mark { font-weight: 700; }
.check > summary small { display: block; color: var(--soft); overflow-wrap: anywhere; }
.check > summary code { font-size: inherit; }
.check > summary .what { overflow-wrap: anywhere; }
.time { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.inside { padding: .25rem 1rem .5rem 2.75rem; font-size: .9375rem; }
.evidence > li { margin-bottom: .75rem; }
.said { margin-bottom: .35rem; font-weight: 600; white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; background: var(--paper); border: 1px solid var(--line); font-size: .9375rem; }
th, td { padding: .4rem .6rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-top: 0; }
thead small, .matrix tbody th small, .matrix tbody th a { display: block; font-weight: 400; }
th small { color: var(--soft); }
tbody th { font-weight: 400; overflow-wrap: anywhere; }
.matrix tbody th { width: 46%; }
tr.fail > th { box-shadow: inset 3px 0 0 var(--bad); }
tr.fail a { color: var(--bad); }
.status { display: inline-block; white-space: nowrap; font-variant-numeric: tabular-nums; font-weight: 600; }
.s2 { color: var(--good); } .s5, .s0 { color: var(--bad); } .s3 { color: var(--accent); } .s4 { color: var(--soft); }
.status small { font-weight: 400; }
.reasons dd ul { padding-left: 0; list-style: none; margin: 0; white-space: normal; }
.reasons { grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: .5rem 1rem; }
.reasons dt { overflow-wrap: anywhere; }
.waivers { padding: 0; list-style: none; }
.waivers li { margin-bottom: .75rem; padding: .6rem .75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
.waivers p { margin-bottom: .25rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.375rem; }
  .inside { padding-left: 1rem; }
  dl, .reasons { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .5rem; }
  th, td { padding: .35rem .4rem; }
  .matrix, .matrix tbody { display: block; }
  .matrix thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .matrix tr { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); border-top: 1px solid var(--line); }
  .matrix tbody th { grid-column: 1 / -1; width: auto; padding-bottom: 0; }
  .matrix th, .matrix td { border: 0; }
  .matrix td.soft { font-size: .75rem; }
  .phase > summary .soft { display: block; margin: .15rem 0 0 1rem; }
  .matrix td::before { content: attr(data-as); display: block; color: var(--soft); font-size: .75rem; line-height: 1.3; }
  .evidence { padding-left: 1rem; }
}
@media print { body { background: none; } .phase { break-inside: avoid; } }
`
