/**
 * What all pages share: their frame, and how tables, times and states look. On a phone a table becomes a list of cards.
 * Every state has a shape and a word as well as a colour.
 */

import { rfc3339 } from '../platform/time.js';
import type { Finding } from '../report/finding.js';
import { formatSpan } from '../zone/durations.js';
import type { SiteReply } from './answering.js';
import { type Content, html, Markup } from './html.js';
import type { MirrorState } from './map.js';
import { PAGE_STYLE } from './style.js';

export interface PageParts {
  /** The title in the browser. */
  readonly title: string;
  readonly body: Content;
  /** The server's host name, and geopool's version. */
  readonly host: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly status?: number;
}

export function page({ title, body, host, version, now, status = 200 }: PageParts): SiteReply {
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<header><a href="/">geopool</a> on ${host}, ${formatTime(now)}</header>
<main>
${body}
</main>
<footer>geopool ${version}. For programs: <a href="/metrics">metrics</a>, <a href="/status.json">status</a>, <a href="/healthz">health</a>.</footer>
</body>
</html>
`.text;
  return { status, type: 'text/html; charset=utf-8', body: text };
}

export interface Column {
  readonly title: string;
  /** Its cells are numbers. */
  readonly isNumber?: boolean;
}

/** A table with a title for each column. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  caption?: string,
): Markup {
  const classOf = (column: Column | undefined) => (column?.isNumber === true ? html` class="n"` : undefined);
  const head = columns.map((column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`);
  const lines = rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => html`<td${classOf(columns[i])} data-label="${columns[i]?.title}">${cell}</td>`)}</tr>
`,
  );
  return html`<table>${caption === undefined ? undefined : html`<caption>${caption}</caption>`}<thead><tr>${head}</tr></thead>
<tbody>
${lines}</tbody></table>`;
}

/** What is wrong, the worst first; or that nothing is. */
export function findingList(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return html`<p class="well"><strong>All is well.</strong></p>`;
  const items = findings.map(
    ({ severity, text }) => html`<li class="${severity}"><strong>${severity}</strong>: ${text}</li>
`,
  );
  return html`<ul>
${items}</ul>`;
}

const SHAPES: Readonly<Record<MirrorState, string>> = {
  up: '●',
  partly: '◆',
  unknown: '◆',
  down: '▼',
  disabled: '■',
};

/** Keeps two words on one line. */
export const NBSP = '\u00a0';

/** A state as a shape, a word and a colour. */
export function stateMark(state: MirrorState, words = WORDS[state]): Markup {
  return html`<span class="${state}">${SHAPES[state]}${NBSP}${words}</span>`;
}

const WORDS: Readonly<Record<MirrorState, string>> = {
  up: 'up',
  partly: 'partly up',
  unknown: 'not judged',
  down: 'down',
  disabled: 'disabled',
};

/** A time, to the minute: `2026-11-28 14:05 UTC`. */
export function formatTime(moment: number | string): string {
  return `${rfc3339(typeof moment === 'string' ? Date.parse(moment) : moment)
    .slice(0, 16)
    .replace('T', ' ')} UTC`;
}

/** How long ago something was, with the time itself as a tooltip. */
export function ago(rfc3339: string, now: number): Markup {
  return html`<time datetime="${rfc3339}" title="${formatTime(rfc3339)}">${formatSpan(now - Date.parse(rfc3339))}</time>`;
}

/** A fraction as a percentage. */
export function percent(part: number): string {
  return `${(100 * part).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

/** The path of a pool's page or map. */
export function poolPath(zone: string, owner: string, kind: 'pool' | 'map' = 'pool'): string {
  return `/${kind}/${encodeURIComponent(zone)}/${encodeURIComponent(owner)}`;
}

/** The form that explains an answer. */
export function explainForm(
  pools: readonly string[],
  asked: { name?: string; from?: string; type?: string } = {},
): Markup {
  const options = pools.map(
    (pool) => html`<option${pool === asked.name ? html` selected` : undefined}>${pool}</option>`,
  );
  const types = ['A', 'AAAA'].map(
    (type) => html`<option${type === asked.type ? html` selected` : undefined}>${type}</option>`,
  );
  return html`<form action="/explain" method="get">
<label>Pool <select name="name">${options}</select></label>
<label>Client's address <input name="from" required maxlength="45" value="${asked.from ?? ''}"></label>
<label>Type <select name="type">${types}</select></label>
<button>Explain</button>
</form>`;
}
