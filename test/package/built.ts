/**
 * The Debian package as it is built: the same bytes again, nothing that lintian calls an error, all that belongs into it and
 * nothing for other machines. `npm run test:package` calls it before what installs it.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { buildPackage, EPOCHS, PACKAGES, run } from './packages.js';

/** Milliseconds for all of it, on a host that has much to do. */
t.setTimeout(900_000);
rmSync(PACKAGES, { recursive: true, force: true });
const built = buildPackage('now', EPOCHS.now);
buildPackage('before', EPOCHS.before);
const root = mkdtempSync(join(tmpdir(), 'geopool-deb-'));
t.teardown(() => rmSync(root, { recursive: true }));
t.equal(run('dpkg-deb', '--raw-extract', built, root).status, 0);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' });

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

t.test('the same tree gives the same bytes, another day and by another umask', async (t) => {
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  t.equal(digest(buildPackage('again', EPOCHS.now)), digest(built));
});

t.test('lintian finds no error', async (t) => {
  const { status, said } = run('lintian', '--allow-root', '--fail-on', 'error', built);
  t.equal(status, 0, said);
});

t.test('what belongs into it is there', async (t) => {
  for (const file of [
    'etc/geopool/geopool.yaml',
    'etc/geopool/zones/dl.example.org.yaml',
    'usr/bin/geopool',
    'usr/lib/geopool/dist/http/outlines.json',
    'usr/lib/systemd/system/geopool.service',
    'usr/lib/sysusers.d/geopool.conf',
    'usr/lib/tmpfiles.d/geopool.conf',
    'usr/lib/sysctl.d/60-geopool.conf',
    'usr/share/bash-completion/completions/geopool',
    'usr/share/zsh/vendor-completions/_geopool',
    'usr/share/icinga2/include/plugins-contrib.d/geopool.conf',
    'usr/share/man/man1/geopool.1.gz',
    'usr/share/man/man5/geopool.yaml.5.gz',
    'usr/share/man/man5/geopool-zone.5.gz',
  ]) {
    t.ok(files.includes(file), file);
  }
  const control = readFileSync(join(root, 'DEBIAN/control'), 'utf8');
  t.match(control, /^Depends: .*\bnodejs \(>= 20\.19\)/m);
  t.same(readFileSync(join(root, 'DEBIAN/conffiles'), 'utf8').trim().split('\n'), [
    '/etc/geopool/geopool.yaml',
    '/etc/geopool/zones/dl.example.org.yaml',
  ]);
  t.notMatch(readFileSync(join(root, 'usr/lib/systemd/system/geopool.service'), 'utf8'), '/opt/');
});

t.test('each module is whole, and its license is told', async (t) => {
  const lib = join(root, 'usr/lib/geopool');
  const { dependencies, optionalDependencies }: { dependencies: object; optionalDependencies: object } =
    JSON.parse(readFileSync(join(lib, 'package.json'), 'utf8'));
  const copyright = readFileSync(join(root, 'usr/share/doc/geopool/copyright'), 'utf8');
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    t.match(copyright, `\nFiles: usr/lib/geopool/node_modules/${name}/*\n`);
    if (name.endsWith('-mmdb')) continue;
    const loaded = run(process.execPath, '-e', `process.chdir('${lib}'); require('${name}')`);
    t.same(loaded, { status: 0, said: '' }, name);
  }
  const check = run(join(lib, 'dist/main.js'), 'check', '--zones', join(root, 'etc/geopool/zones'));
  t.match(check, { status: 0, said: /: good\n$/ });
});

t.test('the pages of the manual are pages to man', async (t) => {
  for (const [page, heading] of [
    ['man1/geopool.1', 'EXIT STATUS'],
    ['man5/geopool.yaml.5', 'SETTINGS'],
    ['man5/geopool-zone.5', 'DESCRIPTION'],
  ] as const) {
    const file = join(root, `usr/share/man/${page}.gz`);
    const { status, said } = run('man', '--warnings', '-l', file);
    t.equal(status, 0, page);
    t.match(said, new RegExp(`^${heading}$`, 'm'));
    t.notMatch(said, /<standard input>|\.\.\/README|\]\(/, page);
    t.match(run('lexgrog', file).said, /: "geopool\S* - /);
  }
});

t.test('no program for another machine is in it, for either architecture', async (t) => {
  const binaries = (list: readonly string[]): readonly string[] =>
    list.filter((file) => /\.(node|bare|so|dll)$/.test(file));
  const of = (cpu: string): string[] => [
    `usr/lib/geopool/node_modules/@koromix/koffi-linux-${cpu}/linux_${cpu}/koffi.node`,
  ];
  t.same(binaries(files), of('x64'));
  const other = buildPackage('arm64', EPOCHS.now, 'arm64');
  const listed = run('dpkg-deb', '--contents', other).said.split('\n');
  t.same(binaries(listed.map((line) => line.replace(/^.* \.\//, ''))), of('arm64'));
  t.equal(run('dpkg-deb', '--field', other, 'Architecture').said, 'arm64\n');
});
