/**
 * The verb `check` as an operator or a deployment script uses it: every fault in a file is reported at its line, in the
 * form that editors jump to, and no wrong file makes the program print a stack trace.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { unmark, zoneText } from '../zone/zone-text.js';
import { type Finished, runProgram } from './program.js';
import { makeHome } from './server.js';

const onlyRoot = process.geteuid?.() === 0 ? false : 'only root can become somebody else';

/** A zone file that is sound but for one thing, at the mark, by what it is called. */
const WRONG: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'empty.yaml': ['⟦', /the file is empty: write a zone/],
  'a-tab.yaml': ['zone: a.example\npools:\n⟦\t"@": {}', /a tab indents this line/],
  'conflict.yaml': [
    zoneText({ more: '⟦<<<<<<< HEAD\nttl: 60\n=======\nttl: 70\n>>>>>>> theirs' }),
    /Git left a conflict/,
  ],
  'old-mac.yaml': ['zone: a.example⟦\rns: [ns1.example.net]\r', /carriage return/],
  'bare-ipv6.yaml': [
    zoneText({ mirrors: 'mirrors:\n  a: { addresses: [⟦2001:db8::] }' }),
    /write "2001:db8::" in quotes/,
  ],
  'merge-key.yaml': [
    zoneText({ mirrors: 'mirrors:\n  a: { ⟦<<: {}, addresses: [192.0.2.1] }' }),
    /"<<" is not in YAML 1\.2/,
  ],
  'unclosed.yaml': ['zone: ⟦[a\n', /the \[ that begins here has no \] behind it/],
  'duplicate-key.yaml': [zoneText({ more: 'ttl: 60\n⟦ttl: 70' }), /duplicate key "ttl", first at line 5/],
  'unknown-key.yaml': [zoneText({ more: '⟦tll: 60' }), /unknown key "tll"; did you mean "ttl"\?/],
  'no-name-servers.yaml': [zoneText({ zone: '⟦zone: b.example', ns: '' }), /"ns" is missing/],
  'no-name.yaml': [zoneText({ zone: 'zone: ⟦bücher.example' }), /xn--bcher-kva/],
  'no-address.yaml': [
    zoneText({ mirrors: 'mirrors:\n  a: { addresses: [⟦mirror.example.org] }' }),
    /is a host name: write hostname: mirror\.example\.org in place of "addresses"/,
  ],
  'shared-address.yaml': [
    zoneText({
      mirrors: 'mirrors:\n  a: { addresses: [192.0.2.1] }\n  b: { addresses: [⟦192.0.2.1] }',
    }),
    /192\.0\.2\.1 is also that of mirror "a" \(line 5\)/,
  ],
  'weight.yaml': [
    zoneText({ mirrors: 'mirrors: { a: { addresses: [192.0.2.1], weight: ⟦-1 } }' }),
    /weight -1 is out of range/,
  ],
  'share.yaml': [zoneText({ pools: 'pools: { "@": { max_share: ⟦1.5 } }' }), /max_share 1.5 is out of range/],
  'answers.yaml': [
    zoneText({ pools: 'pools: { "@": { answers: ⟦9 } }' }),
    /answers 9 is out of range, expected 1 to 8/,
  ],
  'country.yaml': [
    zoneText({ mirrors: 'mirrors: { a: { addresses: [192.0.2.1], location: { country: ⟦UK } } }' }),
    /write GB/,
  ],
  'latitude.yaml': [
    zoneText({
      mirrors: 'mirrors: { a: { addresses: [192.0.2.1], location: { latitude: ⟦95, longitude: 0 } } }',
    }),
    /latitude 95 is out of range/,
  ],
  'network.yaml': [
    zoneText({ mirrors: 'mirrors: { a: { addresses: [192.0.2.1], networks: [⟦198.51.100.1/24] } }' }),
    /the prefix is 198\.51\.100\.0\/24/,
  ],
  'duration.yaml': [
    zoneText({ pools: 'pools: { "@": { probe: { interval: ⟦30 } } }' }),
    /must have a unit: write 30s/,
  ],
  'timeout.yaml': [
    zoneText({ pools: 'pools: { "@": { probe: { interval: 5s, timeout: ⟦6s } } }' }),
    /timeout 6s is longer than the interval/,
  ],
  'probe.yaml': [zoneText({ pools: 'pools: { "@": { probe: { type: ⟦htp } } }' }), /did you mean "http"/],
  'no-such-mirror.yaml': [
    zoneText({ pools: 'pools: { "@": { mirrors: [aurora, ⟦boraes] } }' }),
    /did you mean "boreas"/,
  ],
  'wildcard-pool.yaml': [zoneText({ pools: 'pools: { ⟦"*": {} }' }), /a pool can't be a wildcard/],
  'beside-a-pool.yaml': [zoneText({ more: 'records:\n  "@": { ⟦A: 192.0.2.1 }' }), /pool/],
  'no-glue.yaml': [zoneText({ zone: 'zone: glue.example', ns: 'ns: [⟦ns1.glue.example]' }), /ns1/],
  'record.yaml': [zoneText({ more: 'records:\n  "@": { MX: ⟦mail.example.org }' }), /is not an MX record/],
  'two-documents.yaml': [`${zoneText()}⟦---\nzone: b.example`, /several YAML documents/],
};

/** Every name of a zone once: two files of one zone would be a fault of their own. */
function renamed(text: string, number: number): string {
  return text.replace('zone: dl.example.org', `zone: z${String(number).padStart(2, '0')}.example`);
}

t.test('twenty and more wrong files, each refused at its line', async (t) => {
  const home = await makeHome(t);
  const entries = Object.entries(WRONG);
  t.ok(entries.length >= 20);
  for (const [i, [file, [text]]] of entries.entries())
    await home.write(`zones/${file}`, renamed(unmark(text).text, i));
  const { code, stdout, stderr } = await home.run('check', '--zones', 'zones');
  t.equal(code, 1);
  t.equal(stderr, '', 'faults are what check is asked for');
  const lines = stdout.trimEnd().split('\n');
  for (const [i, [file, [text, message]]] of entries.entries()) {
    const own = lines.filter((line) => line.startsWith(`zones/${file}:`));
    t.equal(own.length, 1, `${file}: one fault`);
    const at = unmark(renamed(text, i)).at;
    t.ok(own[0]?.startsWith(`zones/${file}:${at}: `), `${file} at ${at}: ${own[0]}`);
    t.match(own[0], message, file);
  }
  t.equal(lines.length, entries.length, 'and nothing else is said');
});

t.test('what is not even text', async (t) => {
  const home = await makeHome(t);
  await home.write('zones/binary.yaml', Buffer.from('zone: \xff\xfe', 'latin1'));
  await home.write('zones/directory.yaml/inside', '');
  await home.write('zones/deep.yaml', '['.repeat(100_000));
  await home.write('zones/large.yaml', Buffer.alloc(8 * 1024 * 1024 + 1, '#'));
  const { code, stdout } = await home.run('check', '--zones', 'zones', 'zones/gone.yaml');
  t.equal(code, 1);
  t.match(stdout, /^zones\/gone\.yaml:1:1: the file can't be read: ENOENT/);
  const all = await home.run('check', '--zones', 'zones');
  t.equal(all.code, 1);
  t.match(all.stdout.split('\n'), [
    /^zones\/binary\.yaml:1:7: the octet FF is not UTF-8: save the file in that encoding$/,
    /^zones\/deep\.yaml:1:\d+: nested deeper than 64 levels$/,
    /^zones\/directory\.yaml:1:1: the file can't be read: this is not a file$/,
    /^zones\/large\.yaml:1:1: the file can't be read: it is larger than 8 MiB$/,
    /^$/,
  ]);
  t.equal(all.stderr, '');
});

t.test('good ones', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText(), 'b.yml': renamed(zoneText(), 1) } });
  t.match(await home.run('check', '--zones', 'zones'), { code: 0, stderr: '' });
  t.match(await home.run('check', 'zones/b.yml'), {
    code: 0,
    stdout: 'zones/b.yml: z01.example, 1 pool, 2 mirrors: good\n',
  });
  t.match(await home.run('check', '--config', 'geopool.yaml'), { code: 0, stdout: /good\n.*good\n/ });
});

t.test('what is good and likely wrong is a warning, and an error to whoever is strict', async (t) => {
  const odd = zoneText({
    zone: 'zone: odd.example',
    ns: 'ns: [ns1.example.net, ns2]',
    pools: 'pools:\n  "@": { mirrors: [a] }\n  inside: { mirrors: [b] }\n  none: { mirrors: [c] }',
    mirrors: `mirrors:
  a: { addresses: [192.0.2.1], only_countries: [CH], networks: [198.51.100.1/32] }
  b: { addresses: [192.0.2.2], location: { country: DE, latitude: 40.7, longitude: -74 } }
  c: { addresses: [192.0.2.3], weight: 0 }
  d: { addresses: [192.0.2.4], asn: [64500] }`,
    more: `overrides: [{ mirrors: a, reason: moved, until: 2020-01-01T00:00:00Z }]
records: { www: { CNAME: none } }`,
  });
  const home = await makeHome(t, {
    zones: {
      'a.yaml': odd,
      'b.yml': zoneText({ zone: 'zone: inside.odd.example' }),
    },
  });
  const warnings = [
    ['2:23', 'name-looks-relative', '"ns2" is a whole name here'],
    [
      '4:3',
      'pool-can-be-empty',
      'the pool "@" has no IPv4 address for clients that are not known to be in CH',
    ],
    [
      '5:3',
      'pool-shadowed',
      'the pool "inside" is never answered: the name is in the zone inside.odd.example',
    ],
    ['6:3', 'weights-all-0', 'the pool "none" answers nobody'],
    ['8:65', 'network-too-fine', 'resolvers tell a /24'],
    ['9:57', 'place-in-other-country', 'latitude 40.7, longitude -74 is in or at US, far from DE'],
    ['11:3', 'mirror-in-no-pool', 'the mirror "d" is in no pool'],
    ['11:32', 'asn-without-database', 'AS numbers of d match no client'],
    ['12:49', 'override-ended', 'this override ended on 2020-01-01T00:00:00'],
    ['13:26', 'name-looks-relative', '"none" is a whole name here'],
  ] as const;
  const { code, stdout, stderr } = await home.run('check', '--zones', 'zones');
  t.equal(code, 0);
  t.same(stdout.trimEnd().split('\n'), [
    'zones/a.yaml: odd.example, 3 pools, 4 mirrors: good',
    'zones/b.yml: inside.odd.example, 1 pool, 2 mirrors: good',
  ]);
  const said = stderr.trimEnd().split('\n');
  for (const [i, [place, code, message]] of warnings.entries()) {
    t.ok(
      said[i]?.startsWith(`zones/a.yaml:${place}: warning: ${message}`),
      `${place} ${message}: ${said[i]}`,
    );
    t.ok(said[i]?.endsWith(` [${code}]`), code);
  }
  t.equal(said.length, warnings.length);

  const strict = await home.run('check', '--zones', 'zones', '--strict');
  t.match(strict, { code: 1, stdout: stderr.replaceAll(': warning: ', ': '), stderr: '' });
  await home.write('good/a.yaml', zoneText());
  t.match(await home.run('check', '--zones', 'good', '--strict'), { code: 0, stderr: '' });
});

t.test('of two files for one zone the one that is served stays, and the other is an error', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText(), 'b.yaml': zoneText() } });
  await home.write('geopool.yaml', 'geo: { city: city.mmdb }\nstate: state\n');
  const check = () => home.run('check', '--config', 'geopool.yaml', '--zones', 'zones');
  t.match(await check(), {
    code: 1,
    stdout: 'zones/b.yaml:1:1: the zone dl.example.org is already that of zones/a.yaml\n',
  });
  await home.write('state/zones/b.yaml', zoneText());
  t.match(await check(), {
    code: 1,
    stdout: 'zones/a.yaml:1:1: the zone dl.example.org is already that of zones/b.yaml\n',
  });
  await home.write('zones/b.yaml', zoneText({ more: 'tll: 60' }));
  t.match(await check(), { code: 1, stdout: /^zones\/b\.yaml:5:1: .*\n$/ }, 'a copy is in no file’s place');
});

t.test('what the user whom the server runs as can’t read is a warning', { skip: onlyRoot }, async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText(), 'b.yaml': renamed(zoneText(), 1) } });
  // Somebody of that name for this one process, and the directory open to all.
  await home.write('passwd', 'root:x:0:0::/:/bin/sh\ngeopool:x:64999:64999::/:/bin/sh\n');
  await chmod(home.dir, 0o755);
  await chmod(join(home.dir, 'zones/b.yaml'), 0o600);
  await chmod(join(home.dir, 'city.mmdb'), 0o600);
  const under = ['unshare', '--mount', 'bash', '-c', 'mount --bind passwd /etc/passwd && exec "$@"', 'bash'];
  const check = (): Promise<Finished> =>
    runProgram(['check', '--config', 'geopool.yaml'], { cwd: home.dir, under });
  const some = await check();
  t.equal(some.code, 0);
  t.match(some.stderr.split('\n'), {
    0: /^city\.mmdb:1:1: warning: the user geopool, whom .* can't read this: .* \[file-not-readable\]$/,
    1: /^zones\/b\.yaml:1:1: warning: the user geopool/,
    2: '',
    length: 3,
  });
  await chmod(join(home.dir, 'zones'), 0o700);
  t.match((await check()).stderr, /^zones:1:1: warning: [^\n]*\ncity\.mmdb:1:1: [^\n]*\n$/);
});

t.test('a directory in place of a file', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText() } });
  for (const verb of ['check', 'fmt']) {
    t.match(await home.run(verb, 'zones'), {
      code: 2,
      stdout: '',
      stderr: `geopool: zones: this is a directory: for all files in it, geopool ${verb} --zones zones\n`,
    });
  }
});

t.test('an empty directory, and none at all', async (t) => {
  const home = await makeHome(t);
  await home.write('empty/readme', '');
  t.match(await home.run('check', '--zones', 'empty'), { code: 1, stderr: /holds no zone file/ });
  t.match(await home.run('check', '--zones', 'gone'), {
    code: 1,
    stderr: /can't list the zones directory gone/,
  });
});

t.test('a wrong config file is said in the same form', async (t) => {
  const home = await makeHome(t, {
    config: 'listen: [127.0.0.1]\nworkres: 2\ngeo: { update: { schedule: never } }\n',
  });
  const { code, stderr } = await home.run('check', '--config', 'geopool.yaml');
  t.equal(code, 1);
  t.match(stderr.split('\n').slice(0, 3), [
    /^geopool\.yaml:1:10: .*write 127\.0\.0\.1:53/,
    /^geopool\.yaml:2:1: unknown key "workres"; did you mean "workers"/,
    /^geopool\.yaml:3:28: /,
  ]);
  t.notMatch(stderr, /^\s+at /m, 'no stack');
});

t.test('what serve would not start with, check refuses in the same words', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText() } });
  const update = (more: string): string => `geo: { update: { account_id: 42, license_key: x, ${more} } }\n`;
  const configs: readonly (readonly [text: string, message: RegExp])[] = [
    [update('schedule: "0 24 * * *"'), /"0 24 \* \* \*" is not a schedule that ever comes/],
    [update('schedule: "0 0 31 2 *"'), /"0 0 31 2 \*" is not a schedule that ever comes/],
    [update('host: "https://:secret@example.net"'), /host "https:\/\/\.\.\.@example\.net" is not one/],
    ['geo: { update: { account_id: "999999", license_key: x } }\n', /is a placeholder/],
    ['listen: ["0.0.0.0:5300", "127.0.0.1:5300"]\n', /list only one of them/],
  ];
  for (const [config, message] of configs) {
    await home.write('geopool.yaml', config);
    const checked = await home.run('check', '--config', 'geopool.yaml');
    t.match(checked, { code: 1, stdout: '', stderr: message }, config);
    t.match(checked.stderr, /^geopool\.yaml:1:\d+: [^\n]*\ngeopool: geopool\.yaml is wrong: 1 fault\n$/);
    t.same(await home.run('serve', '--config', 'geopool.yaml', '--state', 'state'), checked);
  }
});

t.test('schema prints the JSON Schema that the examples point their editors to', async (t) => {
  const home = await makeHome(t);
  const { code, stdout } = await home.run('schema');
  t.equal(code, 0);
  t.match(JSON.parse(stdout), { type: 'object', properties: { zone: {}, ns: {}, pools: {}, mirrors: {} } });
});

t.test('whoever has seen enough may go, and a full disk is said', async (t) => {
  const home = await makeHome(t);
  const run = (shell: string, ...args: string[]): Promise<Finished> =>
    runProgram(args, { cwd: home.dir, under: ['bash', '-c', `"$0" "$@" ${shell}`] });
  t.match(await run('| head -c 1; echo $PIPESTATUS', 'schema'), { stdout: '{0\n', stderr: '' });
  t.match(await run('| true; echo $PIPESTATUS', 'check', 'gone.yaml'), { stdout: '1\n', stderr: '' });
  t.match(await run('> /dev/full', 'schema'), {
    code: 1,
    stderr: /^geopool: the output can't be written: ENOSPC[^\n]*\n$/,
  });
});
