/**
 * What a registry does before it delegates: Zonemaster and DNSViz look at the example zone from the root down, at a real
 * server in a network of its own.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const INSIDE = fileURLToPath(new URL('./predelegation/inside.js', import.meta.url));
const PACKAGES = { ip: 'iproute2', knotd: 'knot', 'zonemaster-cli': 'zonemaster-cli', dnsviz: 'dnsviz' };
/** Namespaces that end with the first process in them. */
const ALONE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['--net', '--pid', '--fork', '--mount-proc', '--kill-child'],
];
/** Where the programs of administrators are. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

function unavailable(): string | false {
  for (const [program, debian] of Object.entries(PACKAGES)) {
    if (spawnSync('which', [program], { env: { PATH } }).status !== 0)
      return `${program} is not installed: apt-get install ${debian}`;
  }
  const { status } = spawnSync('unshare', [...ALONE, 'ip', 'link', 'set', 'lo', 'up'], { env: { PATH } });
  return status === 0 ? false : 'namespaces are not permitted here';
}

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

function look(directory: string): Promise<Findings> {
  const example = join(process.cwd(), 'zones', 'dl.example.org.yaml');
  return new Promise((resolve, reject) => {
    execFile(
      'unshare',
      [...ALONE, process.execPath, INSIDE, directory, example],
      { env: { ...process.env, PATH }, timeout: 110_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout));
        else reject(new Error(`${error.message}\n${stdout}${stderr}`));
      },
    );
  });
}

/** All that is said under one of the keys, wherever it stands. */
function saidUnder(keys: readonly string[], value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    keys.includes(key) ? [JSON.stringify(below)] : saidUnder(keys, below),
  );
}

t.test('the delegation of the example zone', { skip: unavailable() }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-e2e-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const { zonemaster, dnsviz } = await look(directory);

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
