/**
 * The styles of pages and maps. They are embedded in each, and the Content-Security-Policy allows only these texts.
 */
import { createHash } from 'node:crypto';

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #ccc; --bad: #b00020; --warn: #8a5a00; --good: #176b2c; --soft: #555; --back: #fff }
@media (prefers-color-scheme: dark) {
  :root { --line: #444; --bad: #ff7a85; --warn: #e8b04a; --good: #7bd08f; --soft: #aaa; --back: #16181c }
}
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem 2rem; background: var(--back) }
header, footer { color: var(--soft); font-size: .9rem; padding: .7rem 0 }
header { border-bottom: 1px solid var(--line) }
footer { border-top: 1px solid var(--line); margin-top: 2rem }
h1 { font-size: 1.6rem; margin: 1rem 0 .5rem } h2 { font-size: 1.2rem; margin: 1.8rem 0 .4rem }
p, ul { margin: .4rem 0 } ul { padding-left: 1.3rem }
.map { margin: 1rem 0 } .map img { display: block; width: 100%; height: auto } figcaption { color: var(--soft); font-size: .9rem }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 }
caption { text-align: left; color: var(--soft); font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word }
th { font-weight: 600; color: var(--soft); font-size: .9rem }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.critical, .down { color: var(--bad) } .warning, .partly, .unknown { color: var(--warn) } .up, .well { color: var(--good) } .disabled, .soft { color: var(--soft) }
.critical strong, .warning strong { text-transform: uppercase }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: .6rem 0 }
label { display: flex; flex-direction: column; font-size: .9rem } input, select, button { font: inherit; padding: .3rem .5rem; max-width: 100% }
@media (max-width: 44rem) {
  thead { position: absolute; left: -999rem } table, caption, tbody, tr, td { display: block }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0 }
  td, td.n { display: flex; gap: .6rem; border: 0; padding: .1rem 0; text-align: left; white-space: normal }
  td:empty { display: none } td::before { content: attr(data-label); flex: 0 0 7.5rem; color: var(--soft); font-size: .9rem }
}
`;

export const MAP_STYLE = `
text { font: bold 9px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: #fff }
.land { stroke: #fff; stroke-width: .5 } .nobody { fill: #e2e2e2 }
.number { fill: #333; font-weight: normal; font-size: 8px }
.way { stroke: #222; stroke-width: .8; fill: none }
.mark { stroke: #fff; stroke-width: 1.2 }
.up { fill: #176b2c } .down { fill: #b00020 } .disabled { fill: #555 } .unknown, .partly { fill: #8a5a00 }
@media (prefers-color-scheme: dark) {
  .land { stroke: #16181c } .nobody { fill: #3a3d42 } .number { fill: #ddd } .way { stroke: #eee } .mark { stroke: #16181c }
  .hatch rect { opacity: .35 } .hatch path { opacity: .8 }
}
@media (max-width: 600px) {
  text { display: none }
}
`;

/** Their hashes, in the form that a Content-Security-Policy uses. */
export const STYLE_SOURCES = [PAGE_STYLE, MAP_STYLE]
  .map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  .join(' ');
