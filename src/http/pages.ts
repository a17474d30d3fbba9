/**
 * The pages for people, by path: each asks for the data it needs and renders it.
 */

import type { HistoryReport } from '../control/history-report.js';
import type { PoolReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { GeopoolError } from '../platform/errors.js';
import { findingsOf } from '../report/findings.js';
import type { Route, SiteReply, SiteRequest } from './answering.js';
import { explainBody } from './explain-page.js';
import { homeBody } from './home-page.js';
import { type Content, html } from './html.js';
import { drawMap } from './map.js';
import type { Source } from './messages.js';
import type { Outlooks } from './outlooks.js';
import { explainForm, page } from './page.js';
import { poolBody } from './pool-page.js';
import { type PoolView, viewPool } from './pool-view.js';
import { redactHistory } from './redact.js';

export interface PagesParts {
  readonly source: Source;
  readonly outlooks: Outlooks;
  readonly status: () => Promise<StatusReport>;
  readonly host: string;
  readonly version: string;
  readonly now: () => number;
}

export interface Pages {
  readonly routes: readonly (readonly [segment: string, Route])[];
  /** The reply for a path that does not exist. */
  readonly missing: () => SiteReply;
}

export function makePages({ source, outlooks, status, host, version, now }: PagesParts): Pages {
  const reply = (title: string, body: Content, code = 200): SiteReply =>
    page({ title, body, host, version, now: now(), status: code });
  const missing = (): SiteReply =>
    reply(
      'Not found',
      html`<h1>There is no such page</h1><p><a href="/">The first page</a> has all there are.</p>`,
      404,
    );

  async function viewOf(
    zone: string,
    pool: PoolReport,
    family: string | null,
  ): Promise<PoolView | undefined> {
    const outlook = await outlooks.of(zone, pool.name);
    return outlook && viewPool(pool, outlook, family ?? undefined);
  }

  /** The pool that a path names. */
  async function poolIn({
    path,
  }: SiteRequest): Promise<{ report: StatusReport; zone: string; pool: PoolReport } | undefined> {
    const [zone, owner, ...more] = path;
    const report = await status();
    const pool = report.zones.find((each) => each.zone === zone)?.pools.find(({ name }) => name === owner);
    if (zone === undefined || pool === undefined || more.length > 0) return undefined;
    return { report, zone, pool };
  }

  async function historyOf(zone: string): Promise<HistoryReport> {
    try {
      return redactHistory(await source.history(zone));
    } catch (error) {
      if (!(error instanceof GeopoolError)) throw error;
      // No history is recorded for any mirror of the zone.
      return { at: '', transitions: [], addresses: [], mirrors: [] };
    }
  }

  async function home({ path }: SiteRequest): Promise<SiteReply> {
    if (path.length > 0) return missing();
    const report = await status();
    const [zone] = report.zones.filter(({ pools }) => pools.length > 0);
    const [pool] = zone?.pools ?? [];
    const view = zone === undefined || pool === undefined ? undefined : await viewOf(zone.zone, pool, null);
    return reply(
      `geopool on ${host}`,
      homeBody({
        status: report,
        ...(zone !== undefined &&
          pool !== undefined &&
          view !== undefined && { shown: { zone: zone.zone, owner: pool.name, view } }),
        form: explainForm(poolNames(report)),
        now: now(),
      }),
    );
  }

  async function pool(asked: SiteRequest): Promise<SiteReply> {
    const found = await poolIn(asked);
    if (found === undefined) return missing();
    const { report, zone, pool } = found;
    const [view, history] = await Promise.all([
      viewOf(zone, pool, asked.query.get('family')),
      historyOf(zone),
    ]);
    const alone = {
      ...report,
      zones: report.zones.flatMap((each) => (each.zone === zone ? { ...each, pools: [pool] } : [])),
    };
    const findings = findingsOf(alone, now()).filter(({ kind }) => POOLS_OWN.includes(kind));
    const form = explainForm(poolNames(report), { name: pool.name });
    return reply(pool.name, poolBody({ zone, pool, view, history, findings, form, now: now() }));
  }

  async function map(asked: SiteRequest): Promise<SiteReply> {
    const found = await poolIn(asked);
    const view = found && (await viewOf(found.zone, found.pool, asked.query.get('family')));
    if (found === undefined || view === undefined) return missing();
    const title = `Whom ${found.pool.name} leads where`;
    return { type: 'image/svg+xml', body: drawMap({ title, ...view }).text };
  }

  async function explain({ path, query, isForeign }: SiteRequest): Promise<SiteReply> {
    const names = poolNames(await status());
    const [name, from] = [query.get('name'), query.get('from')?.trim()];
    const type = query.get('type') === 'AAAA' ? 'AAAA' : 'A';
    if (path.length > 0) return missing();
    const body = (outcome?: Parameters<typeof explainBody>[1], code = 200): SiteReply => {
      const form = explainForm(names, {
        ...(name !== null && { name }),
        ...(from !== undefined && { from }),
        type,
      });
      return reply('Explain an answer', explainBody(form, outcome), code);
    };
    if (name === null || from === undefined || from === '') return body();
    // Each explanation takes time in a thread, and another site could make all its visitors ask for one.
    if (isForeign)
      return body({ fault: 'Another site asked for this. Press the button to ask for it yourself.' }, 403);
    try {
      return body(await source.explain({ name, from, type }));
    } catch (error) {
      if (!(error instanceof GeopoolError)) throw error;
      return body({ fault: error.message }, 422);
    }
  }

  return {
    missing,
    routes: [
      ['', home],
      ['pool', pool],
      ['map', map],
      ['explain', explain],
    ],
  };
}

/** The kinds of findings that the page of a pool lists. */
const POOLS_OWN = ['panic', 'empty', 'frozen', 'zone', 'mirror', 'override', 'certificate'];

function poolNames({ zones }: StatusReport): string[] {
  return zones.flatMap(({ pools }) => pools.map(({ name }) => name));
}
