import t from 'tap';
import { closest, hintAt } from '../../src/zone/suggest.js';

const KEYS = ['zone', 'ns', 'soa', 'ttl', 'pools', 'mirrors', 'records'];

t.test('the closest known word', async (t) => {
  t.equal(closest('mirors', KEYS), 'mirrors');
  t.equal(closest('Pools', KEYS), 'pools');
  t.equal(closest('tlt', KEYS), 'ttl', 'two letters swapped are one slip');
  t.equal(closest('recrods', KEYS), 'records');
  t.equal(closest('mirror', ['mirroring', 'mirrors']), 'mirrors');
  t.equal(closest('probes', KEYS), undefined);
  t.equal(closest('xy', KEYS), undefined, 'short words are close to everything');
  t.equal(closest('x'.repeat(1000), KEYS), undefined);
});

t.test('hints', async (t) => {
  t.equal(hintAt('zones', KEYS), '; did you mean "zone"?');
  t.equal(hintAt('other', ['a', 'b']), ', expected one of: a, b');
  t.equal(
    hintAt(
      'other',
      Array.from({ length: 21 }, (_, i) => `k${i}`),
    ),
    '',
  );
  t.equal(hintAt('other', []), '');
});
