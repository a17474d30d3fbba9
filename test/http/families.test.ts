import { readFileSync } from 'node:fs';
import t from 'tap';
import { METRIC_FAMILIES } from '../../src/http/families.js';

t.test('names are as others have them: `_total` is for what only grows', async (t) => {
  for (const { name, type } of METRIC_FAMILIES) {
    t.equal(name.endsWith('_total'), type === 'counter', name);
    t.match(name, /^(geopool|process)_[a-z_]+$/);
  }
  t.equal(new Set(METRIC_FAMILIES.map(({ name }) => name)).size, METRIC_FAMILIES.length);
});

t.test('docs/metrics.md has every metric, and no other', async (t) => {
  const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `([a-z_]+)(?:\{[^}]*\})?` \|/gm);
  const named = [...rows].map(([, name]) => name);
  t.same(
    named.sort(),
    [...METRIC_FAMILIES.map(({ name }) => name), 'geopool_event_loop_delay_seconds'].sort(),
  );
});
