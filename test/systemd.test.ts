/** What is installed under systemd, as far as it can be checked without installing it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { RECEIVE_BUFFER, SEND_BUFFER } from '../src/server/udp-sockets.js';
import { parseServerConfig } from '../src/zone/server-config.js';

const ROOT = join(process.cwd(), 'systemd');
const UNIT = readFileSync(join(ROOT, 'geopool.service'), 'utf8');
const CONFIG = readFileSync(join(ROOT, 'geopool.yaml'), 'utf8');
/** Tenths of `systemd-analyze security`; README.md states it too. */
const EXPOSURE = 19;

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
  t.equal(config.listen, undefined, 'it starts on any host');
  const users = readFileSync(join(ROOT, 'geopool.sysusers.conf'), 'utf8');
  t.match(users, new RegExp(`^u ${settings('User')[0]} - ".*" ${config.state}$`, 'm'));
});

t.test('the kernel is told to allow what sockets ask for', async (t) => {
  const limits = readFileSync(join(ROOT, 'geopool.sysctl.conf'), 'utf8').match(/^[^#].*$/gm);
  t.same(limits, [`net.core.rmem_max = ${RECEIVE_BUFFER}`, `net.core.wmem_max = ${SEND_BUFFER}`]);
});

t.test('what the config has in comments is good too', async (t) => {
  const [listen = ''] = CONFIG.match(/^# listen:\n(?:# {3}.*\n)+/m) ?? [];
  const [tls = ''] = CONFIG.match(/^# tls: .*\n/m) ?? [];
  const config = parseServerConfig(`${listen}${tls}`.replaceAll(/^# /gm, ''), 'geopool.yaml');
  t.same(
    config.listen?.map(({ port }) => port),
    [53, 53, 853, 853],
  );
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

/** The commands of README.md that have `text` among them, with all that is installed below `root`. */
function commands(text: string, root: string): string {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(
    ([, lines]) => lines,
  );
  const block = blocks.find((lines) => lines?.includes(text)) ?? '';
  return block.replaceAll(/(?<= |"|=)\/(?=opt\/|etc\/)/g, `${root}/`);
}

const noGit = run('git', '--version') === undefined && 'no git here';

t.test(
  'a version is built beside the one that runs, which stays whatever fails',
  { skip: noGit },
  async (t) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'geopool-opt-')));
    t.teardown(() => rmSync(root, { recursive: true }));
    const [upstream, source, current, bin] = [
      'upstream',
      'opt/geopool/source',
      'opt/geopool/current',
      'bin',
    ].map((path) => join(root, path));
    if (upstream === undefined || source === undefined || current === undefined || bin === undefined) return;
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: 0o755 });
    };
    /** In place of what would be fetched, built and started; what was called is in `called`. */
    const stub = (name: string, script: string): void =>
      write(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${root}/called\n${script}\n`);
    const git = (...args: string[]): void => {
      const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'init.defaultBranch=main'];
      const done = run('git', ...who, ...args);
      if (done?.status !== 0) throw new Error(done?.said);
    };
    const publish = (version: string): void => {
      write(join(upstream, 'package-lock.json'), version);
      write(join(upstream, 'systemd/geopool.service'), version);
      git('-C', upstream, 'add', '-A');
      git('-C', upstream, 'commit', '-q', '-m', version);
    };
    const sh = (script: string): number | null =>
      spawnSync('sh', ['-c', script], { env: { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: root } })
        .status;
    const unit = join(root, 'etc/systemd/system/geopool.service');
    const running = (): string => readFileSync(join(current, 'package-lock.json'), 'utf8');

    git('init', '-q', upstream);
    publish('one');
    git('clone', '-q', upstream, source);
    mkdirSync(dirname(unit), { recursive: true });
    // As npm prune does.
    stub('npm', 'if [ "$1" = prune ]; then echo " pruned" >> package-lock.json; fi');
    stub('node', '');
    stub('systemctl', '');
    const [build = ''] = commands('ln -sfn "$new"', root).split('\n\n');
    t.equal(sh(build.replace(/^apt-get .*/, '')), 0);
    t.equal(running(), 'one pruned\n');
    const first = realpathSync(current);

    const upgrade = commands('git pull', root).replace('%H%M%S', () => '%H%M%S-$$');
    publish('two');
    for (const [name, script] of [
      ['npm', 'exit 1'],
      ['npm', '[ "$1" = ci ]'],
      ['node', 'exit 1'],
    ] as const) {
      const good = readFileSync(join(bin, name), 'utf8');
      stub(name, script);
      t.not(sh(upgrade), 0, `${name} ${script}`);
      t.equal(realpathSync(current), first);
      write(join(bin, name), good);
    }
    t.notMatch(readFileSync(join(root, 'called'), 'utf8'), /systemctl/, 'nothing was restarted');

    for (const version of ['two', 'three']) {
      if (version !== 'two') publish(version);
      t.equal(sh(upgrade), 0, 'the next pull finds the checkout as it was');
      t.same([running(), readFileSync(unit, 'utf8')], [`${version} pruned\n`, version]);
    }
    t.match(
      readFileSync(join(root, 'called'), 'utf8'),
      /systemctl daemon-reload\nsystemctl restart geopool\n$/,
    );

    const back = commands('ln -sfn /opt/geopool/2', root).replaceAll(/\S+\/\d{8}-\d{6}/g, first);
    t.equal(sh(back), 0);
    t.same([running(), readFileSync(unit, 'utf8')], ['one pruned\n', 'one']);
  },
);

t.test('what README.md installs is what the unit starts', async (t) => {
  const readme = readFileSync('README.md', 'utf8');
  for (const line of [...settings('ExecStart'), ...settings('ExecReload')]) {
    t.match(line, /^\/usr\/bin\/node \/opt\/geopool\/current\/dist\/main\.js /);
  }
  t.match(readme, 'exec /usr/bin/node /opt/geopool/current/dist/main.js');
  const installed = [...readme.matchAll(/^ *install (.*?)( &&)?$/gm)].map(([, words = '']) => words);
  t.ok(installed.length >= 5);
  // /etc/systemd/system is there wherever systemd is; other directories are made.
  for (const words of installed)
    t.match(words, /^-[dD] | \/etc\/systemd\/system\/| \/etc\/geopool\/geopool\.yaml$/);
});
