import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import * as z from 'zod';
import { unknownMetrics } from './known-metrics.js';

const schema = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string().min(1),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).min(1),
    }),
  ),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), query: z.union([z.string(), z.object({ query: z.string() })]) }),
    ),
  }),
});
const { panels, templating } = schema.parse(JSON.parse(readFileSync('contrib/grafana/geopool.json', 'utf8')));
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const queries = templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));

t.test('panels ask for metrics and variables that there are', async (t) => {
  t.ok(expressions.length > 20);
  t.same(unknownMetrics([...expressions, ...queries]), []);
  const variables = new Set([...templating.list.map(({ name }) => name), '__rate_interval']);
  for (const [, name = ''] of [...expressions, ...queries].join(' ').matchAll(/\$(\w+)/g)) {
    t.ok(variables.has(name), name);
  }
});

t.test('what TLS and signing have to show is in a panel', async (t) => {
  for (const shown of [
    'transport="tls"',
    'sum by (outcome) (rate(geopool_tls_handshakes_total{',
    'geopool_tls_connections{',
    'geopool_tls_connections_ended_total{',
    'geopool_tls_certificate_end_timestamp_seconds{',
    'sum by (set) (rate(geopool_signed_sets_total{',
    'geopool_zone_signatures_expire_timestamp_seconds{',
  ]) {
    t.ok(
      expressions.some((expr) => expr.includes(shown)),
      shown,
    );
  }
});

t.test('panels have room', async (t) => {
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { title, gridPos: a } of panels) {
    t.ok(a.x + a.w <= 24, title);
    const over = panels.filter(
      ({ gridPos: b }) => a !== b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
    );
    t.same(
      over.map((panel) => panel.title),
      [],
      title,
    );
  }
});

const SKIP = spawnSync('promtool', ['--version']).error === undefined ? false : 'apt-get install prometheus';

t.test('Prometheus understands each expression', { skip: SKIP }, async (t) => {
  const rules = expressions.map((expr, i) => ({
    record: `panel:${i}`,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x'),
  }));
  const file = join(t.testdir(), 'panels.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  t.equal(status, 0, stdout + stderr);
});
