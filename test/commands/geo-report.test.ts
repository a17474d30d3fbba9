import t from 'tap';
import { formatGeo, formatMaps } from '../../src/commands/geo-report.js';

const NOW = Date.UTC(2026, 0, 8);

t.test('type, source, age and path', async (t) => {
  const embedded = {
    type: 'country',
    source: 'embedded',
    build_epoch: NOW / 1000 - 86_400,
    path: '/x.mmdb',
  } as const;
  t.same(formatGeo([embedded], NOW), ['database country, embedded, made 2026-01-07 (1d ago): /x.mmdb']);
});

t.test("MaxMind's attribution goes with MaxMind's data, once", async (t) => {
  const city = { type: 'GeoLite2-City', source: 'updated', build_epoch: 0, path: 'c' } as const;
  const asn = { type: 'GeoLite2-ASN', source: 'configured', build_epoch: 0, path: 'a' } as const;
  const lines = formatGeo([city, asn], NOW);
  t.equal(lines.length, 3);
  t.equal(
    lines[2],
    'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com',
  );
});

t.test('what location maps take, and who has none', async (t) => {
  const maps = { memory: 30_634_024, memory_limit: 256_000_000, grid: [] };
  t.equal(formatMaps(maps), 'location maps: 30.6 MB of 256 MB');
  const pools = Array.from({ length: 7 }, (_, i) => `p${i}.example.org`);
  t.equal(
    formatMaps({ ...maps, memory: 0, grid: pools.slice(0, 2) }),
    'location maps: 0 B of 256 MB; on the grid: p0.example.org, p1.example.org',
  );
  t.match(formatMaps({ ...maps, grid: pools }), /; on the grid: p0.*, p4\.example\.org and 2 more$/);
});
