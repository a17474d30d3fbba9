/**
 * How real resolvers handle refusals and `panic: servfail`. Clients in Berlin are refused, those in Chicago are not:
 * whichever asks first, the pool must not be hidden from the other.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runAlone, unavailable } from './predelegation/alone.js';
import { RESOLVER_PACKAGES, RESOLVERS } from './resolvers/configs.js';

const INSIDE = fileURLToPath(new URL('./resolvers/inside.js', import.meta.url));
/** By resolver and pool, what its clients were told, one after the other. */
type Told = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

t.test('resolvers before pools that refuse and fail', { skip: unavailable(RESOLVER_PACKAGES) }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-e2e-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const told = await runAlone<Told>(INSIDE, directory);
  for (const [resolver, { tellsSubnet }] of Object.entries(RESOLVERS)) {
    t.test(resolver, async (t) => {
      const { 'refused-berlin-chicago': refused, panic, ...denied } = told[resolver] ?? {};
      for (const [rcode, word] of [
        ['nxdomain', 'NXDOMAIN'],
        ['nodata', 'NODATA'],
      ]) {
        const others = tellsSubnet ? 'addresses' : word;
        t.same(
          denied[`${rcode}-berlin-chicago`],
          [word, others, word],
          `${rcode}: who is refused asks first`,
        );
        t.same(
          denied[`${rcode}-chicago-berlin`],
          [others, word, others],
          `${rcode}: who is refused comes later`,
        );
      }
      // Those that tell subnets make of REFUSED what they like: README says what was found.
      if (!tellsSubnet) t.same(refused, ['SERVFAIL', 'SERVFAIL', 'SERVFAIL']);
      t.same(panic, new Array(4).fill('addresses'), 'it turns to the other name server');
    });
  }
});
