import t from 'tap';
import { createWorldShares } from '../../src/daemon/world-shares.js';

const pool = { zone: 'example.org', owner: 'dl.example.org', family: 'ipv4' as const };

t.test('shares are known by name, and who has another factor is told', async (t) => {
  const shares = createWorldShares();
  t.equal(shares.of(pool, 'a'), undefined);
  const half = { limit: 0.4, expected: 0.4, factor: 0.5 };
  const whole = { limit: 0.4, expected: 0.2, factor: 1 };
  t.same(
    [
      ...shares.set([
        [pool, 'a', half],
        [pool, 'b', whole],
      ]),
    ],
    ['example.org/a', 'example.org/b'],
  );
  t.same([shares.of(pool, 'a'), shares.of({ ...pool, family: 'ipv6' }, 'a')], [half, undefined]);
  t.same(
    [
      ...shares.set([
        [pool, 'a', half],
        [pool, 'b', { ...whole, expected: 0.3 }],
      ]),
    ],
    [],
  );
  t.equal(shares.of(pool, 'b')?.expected, 0.3);
  t.same([...shares.set([[pool, 'b', half]])], ['example.org/b']);
  t.equal(shares.of(pool, 'a'), undefined, 'whoever is left out has none');
});
