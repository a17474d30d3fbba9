/**
 * How validating resolvers judge signed zones below a signed root and parent: everything validates, whatever happens
 * meanwhile, except what is forged or too old.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { runAlone, unavailable } from './predelegation/alone.js';
import { saidUnder } from './predelegation/said-under.js';
import { RESOLVER_PACKAGES, VALIDATORS } from './resolvers/configs.js';
import type { Found } from './validation/inside.js';
import type { Watched } from './validation/watch.js';
import { CLIENTS, drawnQuestions, questions, textOf } from './validation/zones.js';

const INSIDE = fileURLToPath(new URL('./validation/inside.js', import.meta.url));
const PACKAGES = {
  ...RESOLVER_PACKAGES,
  'ldns-signzone': 'ldnsutils',
  delv: 'bind9-dnsutils',
  dnsviz: 'dnsviz',
};

t.test('signed zones behind resolvers that validate', { skip: unavailable(PACKAGES) }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-e2e-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const { kinds, verdicts, roll, withdrawal, unsigned, tools } = await runAlone<Found>(INSIDE, directory);
  const { proved, found, bogus } = questions();

  for (const [resolver, { tellsSubnet }] of Object.entries(VALIDATORS)) {
    t.test(resolver, async (t) => {
      const said = kinds[resolver] ?? {};
      const unlike = (asked: typeof proved, expected: RegExp): string[] =>
        asked.flatMap((question) =>
          Object.keys(CLIENTS)
            .map((client) => `${client}: ${textOf(question)}`)
            .flatMap((key) => (expected.test(said[key] ?? '') ? [] : `${key}: ${said[key]}`)),
        );
      // Knot Resolver fails for ANY, of all zones.
      const able = proved.filter(({ type }) => type !== 'ANY' || resolver !== 'Knot Resolver');
      t.same(unlike(able, /^(NOERROR|NXDOMAIN) AD$/), [], 'every kind of answer is proved');
      t.same(unlike(found, /^NOERROR$/), [], 'what is delegated unsigned is found');
      t.same(unlike(bogus, /^SERVFAIL/), [], 'what is forged or too old is not believed');
      const of = (pool: string) =>
        Object.keys(CLIENTS).map((client) => said[`${client}: A ${pool}.dl.example.org`]?.slice(0, 8));
      // Who does not tell the subnet asks for clients in Chicago.
      if (!tellsSubnet)
        t.same(
          [of('americans'), of('germans')],
          [
            ['NOERROR ', 'NOERROR '],
            ['SERVFAIL', 'SERVFAIL'],
          ],
        );
      // PowerDNS asks no more for a name that failed, for a while: the others are served until then.
      else if (resolver === 'PowerDNS') t.same(of('germans'), ['NOERROR ', 'SERVFAIL']);
      else
        t.same(
          [of('americans'), of('germans')],
          [
            ['SERVFAIL', 'NOERROR '],
            ['NOERROR ', 'SERVFAIL'],
          ],
        );
    });
  }

  const nothingWrong = (t: Test, { wrong, rounds }: Watched): void => {
    t.same(wrong, []);
    for (const resolver of Object.keys(VALIDATORS)) t.ok((rounds[resolver] ?? 0) > 1, resolver);
  };
  t.test('mirrors come and go, and zones are read anew', async (t) => nothingWrong(t, verdicts));
  t.test('a key rolls', async (t) => nothingWrong(t, roll));
  t.test('a zone becomes unsigned', async (t) => {
    nothingWrong(t, withdrawal);
    t.same([...new Set(unsigned)].sort(), ['NOERROR', 'NXDOMAIN']);
  });
  t.test('tools', async (t) => {
    t.match(tools.ldns, /^Zone is verified and complete\s*$/);
    t.same(
      tools.delv,
      Object.fromEntries(drawnQuestions().map((asked) => [textOf(asked), '; fully validated'])),
    );
    t.same(saidUnder(['errors', 'warnings', 'error', 'warning'], tools.dnsviz), []);
    t.match(tools.dnsviz, { 'dl.example.org.': { status: 'NOERROR' } });
  });
});
