/**
 * What there is to read, by its path.
 */
import { oneAtATime } from '../one-at-a-time.js';
import { type Reply, type Route, TEXT } from './answering.js';
import { discreetStatus } from './discreet.js';
import { healthReply } from './health.js';
import type { Source } from './messages.js';
import type { Metrics } from './metrics.js';

export interface SiteParts {
  readonly source: Source;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function makeRoutes({ source, metrics, now }: SiteParts): ReadonlyMap<string, Route> {
  // However many ask, one report at a time is made for them.
  const status = oneAtATime(async () => discreetStatus(await source.status()));
  return new Map<string, Route>([
    ['healthz', async () => healthReply(await status(), now())],
    [
      'metrics',
      async ({ accept }) => {
        const { user, system } = process.cpuUsage();
        const facts = {
          status: await status(),
          memory: process.memoryUsage.rss(),
          cpuSeconds: (user + system) / 1e6,
        };
        return metrics.render(facts, accept);
      },
    ],
    ['status.json', async () => ({ type: 'application/json', body: `${JSON.stringify(await status())}\n` })],
  ]);
}

/** What there is instead of what is not there. */
export function missing(): Reply {
  return { status: 404, type: TEXT, body: 'there is no such page\n' };
}
