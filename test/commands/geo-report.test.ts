import t from 'tap';
import { formatGeo } from '../../src/commands/geo-report.js';

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
