/**
 * What a registry checks before it delegates: Zonemaster and DNSViz examine the example zone from the root down, on a real
 * server in a network of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runAlone, unavailable } from './predelegation/alone.js';
import { saidUnder } from './predelegation/said-under.js';

const INSIDE = fileURLToPath(new URL('./predelegation/inside.js', import.meta.url));
const PACKAGES = { ip: 'iproute2', knotd: 'knot', 'zonemaster-cli': 'zonemaster-cli', dnsviz: 'dnsviz' };
/** What Zonemaster finds worth a notice, and is meant to be so. */
const INTENDED = [
  // There is no DNSSEC.
  'NEITHER_DNSKEY_NOR_DS',
  'NOT_SIGNED',
  // A name that is new, or back, is to be known within a minute.
  'SOA_DEFAULT_TTL_MAXIMUM_VALUE_LOWER',
  // Nobody has a mailbox in a pool of mirrors.
  'Z09_MISSING_MAIL_TARGET',
];

const MODULES = [
  ...['BASIC', 'ADDRESS', 'CONSISTENCY', 'DELEGATION', 'DNSSEC', 'NAMESERVER'],
  ...['SYNTAX', 'ZONE'],
];

interface Message {
  readonly level: string;
  /** The module of the test. */
  readonly module: string;
  readonly tag: string;
  readonly args: unknown;
}

interface Findings {
  readonly zonemaster: readonly Message[];
  readonly dnsviz: unknown;
}

t.test('the delegation of the example zone', { skip: unavailable(PACKAGES) }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-e2e-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const example = join(process.cwd(), 'zones', 'dl.example.org.yaml');
  const { zonemaster, dnsviz } = await runAlone<Findings>(INSIDE, directory, example);

  t.test('Zonemaster', async (t) => {
    const notable = zonemaster.filter(({ level }) => level !== 'INFO' && level !== 'DEBUG');
    t.same(
      notable.filter(({ level, tag }) => level !== 'NOTICE' || !INTENDED.includes(tag)),
      [],
      'nothing is wrong, nor worth a notice that is not meant to be so',
    );
    const looked = new Set(zonemaster.map(({ module }) => module.toUpperCase()));
    for (const module of MODULES) t.ok(looked.has(module), `it looked at ${module}`);
  });

  t.test('DNSViz', async (t) => {
    t.same(saidUnder(['errors', 'warnings', 'error', 'warning'], dnsviz), []);
    t.match(dnsviz, { 'dl.example.org.': { status: 'NOERROR' } });
    const text = JSON.stringify(dnsviz);
    for (const { length } of [text.match(/"answer"/g) ?? []])
      t.ok(length >= 4, `${length} answers were looked at`);
  });
});
