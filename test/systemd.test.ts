/** What is installed under systemd, as far as it can be checked without installing it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseServerConfig } from '../src/zone/server-config.js';

const ROOT = join(process.cwd(), 'systemd');
const UNIT = readFileSync(join(ROOT, 'geopool.service'), 'utf8');
const CONFIG = readFileSync(join(ROOT, 'geopool.yaml'), 'utf8');
/** Tenths of `systemd-analyze security`; README.md states it too. */
const EXPOSURE = 17;

/** What a program says and ends with; undefined where it is not on this host. */
function run(program: string, ...args: string[]): { status: number | null; said: string } | undefined {
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH, SYSTEMD_COLORS: '0', LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return undefined;
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}

/** The values of a setting in the unit, in their order. */
function settings(name: string): string[] {
  return [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

const missing = run('systemd-analyze', '--version') === undefined && 'no systemd-analyze here';

t.test('systemd has nothing to say against the unit', { skip: missing }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-unit-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'geopool.service');
  // The programs that it starts must exist, and Node may be elsewhere on this host.
  writeFileSync(file, UNIT.replaceAll('/usr/bin/node', process.execPath));
  t.same(run('systemd-analyze', 'verify', '--man=no', file), { status: 0, said: '' });
  writeFileSync(file, UNIT.replace('ProtectClock', 'ProtectClocks'));
  t.match(run('systemd-analyze', 'verify', '--man=no', file)?.said, /ProtectClocks/, 'it would say so');
});

t.test('the sandbox is as tight as README.md says', { skip: missing }, async (t) => {
  const file = join(ROOT, 'geopool.service');
  const rate = (threshold: number) =>
    run('systemd-analyze', 'security', '--offline=true', '--no-pager', `--threshold=${threshold}`, file);
  const rated = rate(EXPOSURE);
  t.equal(rated?.status, 0, rated?.said.trim().split('\n').at(-1) ?? '');
  t.match(readFileSync('README.md', 'utf8'), `exposure of ${(EXPOSURE / 10).toFixed(1)}`);
});

t.test('one capability and one way in', async (t) => {
  t.same(settings('CapabilityBoundingSet'), ['CAP_NET_BIND_SERVICE']);
  t.same(settings('AmbientCapabilities'), ['CAP_NET_BIND_SERVICE']);
  t.same(settings('User'), ['geopool']);
  t.same(settings('Group'), ['geopool']);
});

t.test('the unit, the config and the user fit together', async (t) => {
  const config = parseServerConfig(CONFIG, 'geopool.yaml');
  const [start = ''] = settings('ExecStart');
  const [reload = ''] = settings('ExecReload');
  t.match(start, /main\.js serve --config \/etc\/geopool\/geopool\.yaml$/);
  t.equal(reload.split(' --control ')[1], config.control);
  t.equal(config.control, `/run/${settings('RuntimeDirectory')[0]}/control.sock`);
  t.equal(config.state, `/var/lib/${settings('StateDirectory')[0]}`);
  t.same(
    config.listen?.map(({ port }) => port),
    [53, 53],
  );
  const users = readFileSync(join(ROOT, 'geopool.sysusers.conf'), 'utf8');
  t.match(users, new RegExp(`^u ${settings('User')[0]} - ".*" ${config.state}$`, 'm'));
});

t.test('what the config has in comments is good too', async (t) => {
  const examples = [...CONFIG.matchAll(/^# geo:\n(?:# {3}.*\n?)+/gm)].map(([text]) =>
    text.replaceAll(/^# /gm, ''),
  );
  t.equal(examples.length, 2);
  const [fetched, debian] = examples.map((text) => parseServerConfig(text, 'geopool.yaml').geo);
  t.match(fetched?.update, { accountId: '123456', licenseKeyFile: '/etc/geopool/license_key' });
  t.match(debian, { city: /\.mmdb$/, asn: /\.mmdb$/ });
  const [, workers = ''] = /^# (workers: .*)$/m.exec(CONFIG) ?? [];
  t.match(parseServerConfig(workers, 'geopool.yaml'), { workers: 4 });
  const lines = [...CONFIG.matchAll(/^# ((?:rate_limit|cookies|nsid|chaos): .*)$/gm)].map(([, line]) => line);
  const { answering } = parseServerConfig(lines.join('\n'), 'geopool.yaml');
  t.match(answering, {
    rateLimit: { rate: 50, dryRun: true },
    cookies: { secretFile: '/etc/geopool/cookie_secrets' },
    nsid: 'ns1.example.org',
    chaos: { id: 'ns1.example.org' },
  });
});

const noSysusers = run('systemd-sysusers', '--version') === undefined && 'no systemd-sysusers here';

t.test('the user can be made', { skip: noSysusers }, async (t) => {
  const file = join(ROOT, 'geopool.sysusers.conf');
  t.match(run('systemd-sysusers', '--dry-run', file), { status: 0 });
});
