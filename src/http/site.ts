/**
 * All routes of the HTTP server, by path.
 */
import { oneAtATime } from '../platform/one-at-a-time.js';
import type { Route, SiteReply } from './answering.js';
import { healthReply } from './health.js';
import type { Source } from './messages.js';
import type { Metrics } from './metrics.js';
import { createOutlooks } from './outlooks.js';
import { makePages } from './pages.js';
import { redactStatus } from './redact.js';

export interface SiteParts {
  readonly source: Source;
  readonly metrics: Metrics;
  /** The server's host name. */
  readonly host: string;
  readonly version: string;
  /** Milliseconds since 1970, and monotonic milliseconds. */
  readonly now: () => number;
  readonly monotonic: () => number;
}

export interface Routes {
  /** By the first segment of the path. */
  readonly routes: ReadonlyMap<string, Route>;
  /** The reply for a path that does not exist. */
  readonly missing: () => SiteReply;
}

export function makeRoutes({ source, metrics, host, version, now, monotonic }: SiteParts): Routes {
  // Only one report is made at a time, and concurrent requests share it.
  const status = oneAtATime(async () => redactStatus(await source.status()));
  const outlooks = createOutlooks(source, monotonic);
  const { routes, missing } = makePages({ source, outlooks, status, host, version, now });
  const alone =
    (route: Route): Route =>
    async (asked) =>
      asked.path.length === 0 ? route(asked) : missing();
  return {
    missing,
    routes: new Map<string, Route>([
      ...routes,
      ['healthz', alone(async () => healthReply(await status(), now()))],
      [
        'metrics',
        alone(async ({ accept }) => {
          const { user, system } = process.cpuUsage();
          const report = await status();
          const facts = {
            status: report,
            shares: outlooks.shares(report),
            memory: process.memoryUsage.rss(),
            cpuSeconds: (user + system) / 1e6,
          };
          return metrics.render(facts, accept);
        }),
      ],
      [
        'status.json',
        alone(async () => ({ type: 'application/json', body: `${JSON.stringify(await status())}\n` })),
      ],
    ]),
  };
}
