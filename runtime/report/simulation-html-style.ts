/** The style of the HTML report: light and dark, wide and narrow, screen and paper. Colours meet WCAG 2.2 AA on their grounds. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --ink: #1a1d21; --soft: #57606a; --line: #d5d9df; --link: #0a53be;
  --good-ink: #0b5d2e; --good: #d9f2e1; --bad-ink: #9b1c1c; --bad: #fbe3e1; --doubt-ink: #7a4b00; --doubt: #fff0cc; --open-ink: #fff; --open: #b3261e;
  --direct: #1a7f4b; --enclosed: #4fa3d1; --derived: #8f7be0; --exempt: #aeb6bf; --uncovered: #d1453b; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --raised: #1d2127; --ink: #e8eaed; --soft: #a3abb5; --line: #363c45; --link: #8ab8ff;
  --good-ink: #9be8b8; --good: #153a26; --bad-ink: #ffb4ab; --bad: #46201e; --doubt-ink: #ffd98a; --doubt: #43350f; --open-ink: #fff; --open: #b3261e;
  --direct: #3fb97a; --enclosed: #4fa3d1; --derived: #a594f0; --exempt: #59616b; --uncovered: #e0594f; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
header, main { max-width: 92rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.8rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .1rem 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .8rem; }
h3 { font-size: 1.02rem; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere; }
.tool { margin: 0; color: var(--soft); font-size: .85rem; letter-spacing: .04em; }
.lead { margin: 0 0 .6rem; color: var(--soft); }
.note { margin: .6rem 0; padding: .55rem .9rem; border-left: 4px solid var(--doubt-ink); background: var(--doubt); color: var(--doubt-ink); border-radius: 4px; max-width: 60rem; }
.trust { margin: .4rem 0; padding-left: 1.2rem; color: var(--soft); }
a { color: var(--link); }
code, kbd { font: .88em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .3em; background: var(--raised); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .4rem .8rem; z-index: 9; }
nav { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; align-items: center; max-width: 92rem; margin: .8rem auto 0; padding: .5rem 1.5rem; background: var(--ground); border-bottom: 1px solid var(--line); font-size: .92rem; }
nav .filter { margin-left: auto; color: var(--soft); } nav .keys { color: var(--soft); font-size: .85rem; }
input, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .15rem .6rem; }
button { cursor: pointer; }
.sub, .at, .by { color: var(--soft); font-weight: normal; font-size: .88em; }
th .sub { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: 0 0 .8rem; padding: 0; list-style: none; font-size: .92rem; }
.mark { display: inline-block; min-width: 2.5em; padding: 0 .35em; text-align: center; border-radius: 4px; font-weight: 600; font-variant-numeric: tabular-nums; }
.mark small, .matrix small { font-size: .72em; margin-left: .15em; }
.accept { background: var(--good); color: var(--good-ink); }
.accept-with-warnings, .accept-waived, .undecided { background: var(--doubt); color: var(--doubt-ink); }
.reject { background: var(--bad); color: var(--bad-ink); }
.initrd-open small { background: var(--open); color: var(--open-ink); border-radius: 3px; padding: 0 .25em; }
.other-open small { background: var(--doubt); color: var(--doubt-ink); border-radius: 3px; padding: 0 .3em; border: 1px solid currentColor; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; }
.matrix { border-collapse: separate; border-spacing: 1px; font-size: .92rem; }
.matrix th[scope=row] { position: sticky; left: 0; background: var(--ground); text-align: left; font-weight: normal; padding: .15rem .9rem .15rem .8rem; max-width: 26rem; overflow-wrap: anywhere; z-index: 1; }
.matrix th[scope=row] a { color: inherit; text-decoration: none; } .matrix th[scope=row] a:hover { text-decoration: underline; }
.matrix .folder th { text-align: left; color: var(--soft); font-weight: normal; font-size: .88em; padding: .55rem .8rem .1rem; overflow-wrap: anywhere; }
.matrix thead th { vertical-align: bottom; background: var(--ground); padding: .5rem 0 .2rem; font-weight: normal; }
.matrix thead .corner { position: sticky; left: 0; text-align: left; padding-left: .8rem; color: var(--soft); z-index: 2; }
.matrix thead a { display: flex; flex-direction: column; align-items: center; gap: .3rem; color: inherit; text-decoration: none; }
.matrix .label { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; text-align: left; }
.matrix .n { color: var(--soft); font-variant-numeric: tabular-nums; }
.matrix td { padding: 0; text-align: center; border-radius: 3px; min-width: 2.9rem; font-weight: 600; }
.matrix td a { display: block; padding: .15rem .2rem; color: inherit; text-decoration: none; white-space: nowrap; }
.matrix td a:hover { outline: 2px solid currentColor; outline-offset: -2px; border-radius: 3px; }
.matrix tbody tr:hover th[scope=row] { background: var(--raised); }
.unreadable { color: var(--bad-ink); background: var(--bad); font-weight: normal; }
td.unreadable { padding: .15rem .6rem; text-align: left; }
p.unreadable { padding: .5rem .8rem; border-radius: 6px; }
.plain, .layers { width: 100%; font-size: .92rem; }
.plain th, .plain td, .layers th, .layers td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-top: 1px solid var(--line); }
.plain thead th, .layers thead th { border-top: 0; color: var(--soft); font-weight: normal; }
.plain .number, .layers .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plain ul { margin: 0; padding-left: 1.1rem; }
.good { color: var(--good-ink); } .bad { color: var(--bad-ink); }
.image { border: 1px solid var(--line); border-radius: 10px; padding: .3rem 1.1rem 1rem; margin: 0 0 1.2rem; background: var(--raised); content-visibility: auto; contain-intrinsic-size: auto 26rem; }
.image .scroll { background: var(--ground); }
.facts { margin: 0 0 .4rem; color: var(--soft); } .facts b { color: var(--ink); } .hash { font-size: .8em; }
.signatures { margin: 0 0 .7rem; padding: 0; list-style: none; font-size: .92rem; }
.layers th[scope=row] { font-weight: normal; white-space: nowrap; }
.d1 { padding-left: 2rem !important; } .d2 { padding-left: 3.3rem !important; } .d3 { padding-left: 4.6rem !important; } .d4 { padding-left: 5.9rem !important; }
.d5, .d6, .d7, .d8 { padding-left: 7.2rem !important; }
.layers .bar { width: 34%; min-width: 14rem; }
svg { display: block; width: 100%; height: 1.05rem; border-radius: 4px; background: var(--raised); margin-top: .15rem; }
.direct { fill: var(--direct); background: var(--direct); } .enclosed { fill: var(--enclosed); background: var(--enclosed); }
.derived { fill: var(--derived); background: var(--derived); } .exempt { fill: var(--exempt); background: var(--exempt); }
.uncovered { fill: var(--uncovered); background: var(--uncovered); }
.shares { display: flex; flex-wrap: wrap; gap: 0 .9rem; margin: 0; padding: 0; list-style: none; white-space: nowrap; }
.swatch { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .35em; }
.verdicts { margin-top: .7rem; }
details { margin: .15rem 0; } summary { cursor: pointer; }
.verdicts summary { padding: .12rem .2rem; border-radius: 5px; } .verdicts summary:hover { background: var(--ground); }
.plain summary { white-space: nowrap; }
.why { color: var(--soft); }
.names { columns: 20rem auto; margin: .3rem 0 .3rem; padding: 0 0 0 2rem; list-style: none; font-size: .9rem; }
.reasons { margin: .2rem 0 .6rem; padding-left: 3.2rem; font-size: .94rem; }
[hidden] { display: none !important; }
@media (max-width: 48rem) { .matrix th[scope=row] { min-width: 9rem; } .plain { min-width: 46rem; } nav .keys { display: none; } header, main, nav { padding-left: .8rem; padding-right: .8rem; } }
@media print { nav, .skip { display: none; } body { font-size: 10pt; } .image { break-inside: avoid-page; content-visibility: visible; } .scroll { overflow: visible; border: 0; } .plain { min-width: 0; font-size: 8pt; } .plain th, .plain td { padding: .2rem .35rem; }
  * { print-color-adjust: exact; } .matrix { font-size: 7.5pt; } .matrix td { min-width: 1.6rem; } .matrix th[scope=row], .matrix thead .corner { position: static; } }
`;
