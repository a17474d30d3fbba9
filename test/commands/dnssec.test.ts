/** The verbs of dnssec, from the first key to the last; what they print is what others make of the same key. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keyText, readKeyText } from '../../src/zone/dnssec-key-text.js';
import { makeKey } from '../dnssec/make-keys.js';
import { runProgram } from '../e2e/program.js';
import { fill, noSmallDisk, smallDisk } from '../state/small-disk.js';
import { zoneText } from '../zone/zone-text.js';

const ZONE = 'dl.example.org';
const DAY = 86_400_000;

function home(t: Test) {
  const cwd = t.testdir({ zones: { 'z.yaml': zoneText({ more: 'dnssec: { key: z.key }' }) } });
  const run = (...args: string[]) => runProgram(['dnssec', ...args], { cwd });
  const keys = () => {
    const read = readKeyText(readFileSync(join(cwd, 'z.key'), 'utf8'), 'z.key');
    if ('faults' in read) throw new Error('wrong keys');
    return read;
  };
  const write = (...made: [ReturnType<typeof makeKey>, ...ReturnType<typeof makeKey>[]]) => {
    writeFileSync(join(cwd, 'z.key'), keyText({ zone: ZONE, keys: made }), { mode: 0o600 });
    return made;
  };
  return { cwd, run, keys, write };
}

t.test('keygen makes a file that is not overwritten', async (t) => {
  for (const [args, algorithm] of [
    [[], 13],
    [['--algorithm', 'ed25519'], 15],
  ] as const) {
    const { cwd, run, keys } = home(t);
    const { code, stdout, stderr } = await run('keygen', `${ZONE}.`, '--output', 'z.key', ...args);
    t.same([code, stderr], [0, '']);
    const {
      zone,
      keys: [key, ...more],
    } = keys();
    t.same([zone, key.algorithm, more.length], [ZONE, algorithm, 0]);
    t.match(stdout.split('\n')[0], `z.key: key ${key.tag} of ${ZONE}`);
    t.ok(Math.abs(key.publish - Date.now()) < DAY);
    const { mode } = statSync(join(cwd, 'z.key'));
    t.equal(mode & 0o137, 0, 'nobody but the group may read it');
    t.match(await run('keygen', ZONE, '--output', 'z.key'), {
      code: 1,
      stderr: /z\.key: it is there, and a key that may be in use is never overwritten: name another file/,
    });
    t.equal(keys().keys[0].tag, key.tag);
  }
  const { run } = home(t);
  t.match(await run('keygen', 'a..b'), { code: 2, stderr: /is not a name/ });
  t.match(await run('keygen', 'A.example'), { code: 0, stdout: /^a\.example\.key: key/ });
});

t.test('a key that could not be written is not in the way of the next', { skip: noSmallDisk }, async (t) => {
  const disk = smallDisk(t, 64);
  const filling = fill(disk);
  // There may be one more file, but nothing in it.
  rmSync(join(filling, '0'));
  const { run } = home(t);
  const keygen = ['keygen', ZONE, '--output', join(disk, 'z.key')];
  t.match(await run(...keygen), { code: 1, stderr: /z\.key: can't be written: ENOSPC/ });
  rmSync(filling, { recursive: true });
  t.match(await run(...keygen), { code: 0, stderr: '' });
});

t.test('DS and DNSKEY are what other programs make of the key', async (t) => {
  for (const algorithm of [13, 15] as const) {
    const { cwd, run, write } = home(t);
    const [key] = write(makeKey(algorithm));
    const { stdout, code } = await run('ds', ZONE);
    t.equal(code, 0);
    const [, ds, , dnskey] = stdout.split('\n');
    t.match(ds, new RegExp(`^dl\\.example\\.org\\. IN DS ${key.tag} ${algorithm} 2 [0-9A-F]{64}$`));
    t.match(dnskey, new RegExp(`^dl\\.example\\.org\\. IN DNSKEY 257 3 ${algorithm} \\S+$`));
    t.same(JSON.parse((await run('ds', ZONE, '--json')).stdout), {
      zone: ZONE,
      withdrawn: false,
      keys: [{ tag: key.tag, ds: ds?.split(' IN DS ')[1], dnskey: dnskey?.split(' IN DNSKEY ')[1] }],
    });
    writeFileSync(join(cwd, 'k.key'), `${dnskey?.replace(' IN ', ' 60 IN ')}\n`);
    for (const [tool, ...args] of [
      ['dnssec-dsfromkey', '-2', '-f', 'k.key', ZONE],
      ['ldns-key2ds', '-n', '-2', 'k.key'],
    ] as const) {
      const { error } = spawnSync(tool, ['-h']);
      if (error !== undefined) {
        t.comment(`${tool} is not installed`);
        continue;
      }
      const made = execFileSync(tool, args, { cwd, encoding: 'utf8' });
      t.equal(
        made
          .trim()
          .replace(/\s+(\d+\s+)?IN\s+DS\s+/, ' IN DS ')
          .replace(/\t/g, ' ')
          .toUpperCase(),
        ds?.toUpperCase(),
        tool,
      );
    }
  }
});

t.test('a roll, and what is said of it', async (t) => {
  const { cwd, run, keys, write } = home(t);
  const [old] = write(makeKey(15));
  chmodSync(join(cwd, 'z.key'), 0o640);
  t.match(await run('roll', ZONE, '--changing', 'soon'), { code: 2, stderr: /--changing: "soon" is not/ });
  for (const span of ['--copying', '--changing'])
    t.match(await run('roll', ZONE, span, '3000000d'), {
      code: 2,
      stderr: `${span}: 3000000d is more than 365d`,
    });
  const { code, stdout, stderr } = await run('roll', ZONE, '--copying', '2h');
  t.same([code, stderr], [0, '']);
  const rolled = keys();
  const [before, next] = rolled.keys;
  t.equal(before.tag, old.tag);
  t.equal(next?.algorithm, 15, 'the algorithm stays');
  const publish = next?.publish ?? 0;
  t.equal((next?.activate ?? 0) - publish, 3 * 3_600_000, 'the longest TTL is the SOA record’s');
  t.equal(before.remove - before.retire, 15 * DAY + 3_600_000);
  t.equal(statSync(join(cwd, 'z.key')).mode & 0o777, 0o640);
  t.match(stdout, `z.key: key ${next?.tag} follows key ${old.tag}\n`);
  t.match(stdout, `by ${new Date(publish + 2 * 3_600_000).toISOString()}, and reload each\n`);
  t.match(await run('roll', ZONE), {
    code: 1,
    stderr: new RegExp(`a roll has begun: key ${next?.tag} signs from`),
  });

  const status = await run('status', ZONE);
  t.equal(status.code, 0);
  const lines = status.stdout.split('\n');
  t.equal(lines[0], `${ZONE}, keys in z.key`);
  t.match(lines[2], new RegExp(`^ *${old.tag} +ed25519 +signing +1970-01-01T`));
  t.match(lines[3], new RegExp(`^ *${next?.tag} +ed25519 +published +.*never +never$`));
  t.match(lines[4], /^from now on the parent may have this DS beside that of key/);
  const report = JSON.parse((await run('status', ZONE, '--json')).stdout);
  t.match(report, {
    zone: ZONE,
    file: 'z.key',
    keys: [
      { tag: old.tag, state: 'signing', remove: new Date(before.remove).toISOString() },
      { tag: next?.tag, state: 'published', algorithm: 'ed25519' },
    ],
    next_change: new Date(next?.activate ?? 0).toISOString(),
    parent: { must: [old.tag], may: [next?.tag] },
  });
  t.notOk('retire' in report.keys[1]);
  t.same((await run('ds', ZONE)).stdout.match(/ IN DS /g)?.length, 2, 'both, as in CDS');
});

t.test('what a roll counts on is what all that follows counts on', async (t) => {
  const { run, keys, write } = home(t);
  write(makeKey(15));
  const until = ({ stdout }: { stdout: string }) => /it must have it by (\S+)/.exec(stdout)?.[1];
  const rolled = await run('roll', ZONE, '--copying', '1h', '--changing', '1h', '--ds-ttl', '1h');
  t.equal(keys().dsTtl, 3_600_000);
  t.equal(until(await run('status', ZONE)), until(rolled));
  const [old] = keys().keys;
  t.equal(until(rolled), new Date(old.remove - 2 * 3_600_000).toISOString());
  t.not(until(await run('status', ZONE, '--ds-ttl', '2h')), until(rolled));
  t.match(JSON.parse((await run('status', ZONE, '--json')).stdout), { ds_ttl_seconds: 3600 });
  t.match(await run('status', ZONE, '--ds-ttl', '99999d'), {
    code: 2,
    stderr: /99999d is more than 365d/,
  });
  t.match(await run('status', ZONE, '--note'), {
    code: 2,
    stderr: /--note writes what --check-parent found/,
  });
});

t.test('a roll begins anew where a key was stolen meanwhile', async (t) => {
  const { run, keys, write } = home(t);
  const [old] = write(makeKey(15));
  const soon = ['--copying', '1h', '--changing', '1h'];
  await run('roll', ZONE);
  const [, waiting] = keys().keys;
  t.match(await run('roll', ZONE, ...soon), { code: 1, stderr: /begin anew with another \(--anew\)/ });
  t.match(await run('roll', ZONE, '--anew'), { code: 1, stderr: /with a shorter --copying/ });
  t.equal(keys().keys[1]?.tag, waiting?.tag);
  const { code, stdout } = await run('roll', ZONE, '--anew', ...soon);
  t.equal(code, 0);
  t.match(
    stdout,
    `key ${waiting?.tag} is left out: the parent must have no DS of it, but still that of key ${old.tag}`,
  );
  const [signing, next, ...more] = keys().keys;
  t.same([signing.tag, more.length], [old.tag, 0]);
  t.not(next?.tag, waiting?.tag);
  t.ok((next?.activate ?? Infinity) < (waiting?.activate ?? 0));
});

t.test('the states of keys', async (t) => {
  const { run, write } = home(t);
  const now = Date.now();
  const made = write(
    makeKey(15, [0, 0, 1, 2]),
    makeKey(15, [0, 1, now - DAY, now + DAY]),
    makeKey(15, [0, now - DAY, now + 2 * DAY, now + 3 * DAY]),
    makeKey(15, [now + DAY, now + 2 * DAY]),
  );
  const { keys } = JSON.parse((await run('status', ZONE, '--json')).stdout);
  t.same(
    keys.map(({ tag, state }: { tag: number; state: string }) => [tag, state]),
    made.map(({ tag }, i) => [tag, ['removed', 'retired', 'signing', 'waiting'][i]]),
  );
});

t.test('withdrawn, and taken back', async (t) => {
  const { run, keys, write } = home(t);
  write(makeKey(15));
  const { code, stdout } = await run('withdraw', ZONE, '--ds-ttl', '2h');
  t.equal(code, 0);
  t.match(stdout, /the parent must remove all DS records[^\n]*\n2h after that, take "dnssec" out/);
  const { withdrawn = 0 } = keys();
  t.ok(Math.abs(withdrawn - Date.now()) < DAY);
  t.equal((await run('withdraw', ZONE)).code, 0);
  t.equal(keys().withdrawn, withdrawn, 'since then');
  t.match(JSON.parse((await run('status', ZONE, '--json')).stdout), {
    withdrawn: new Date(withdrawn).toISOString(),
    parent: { must: [] },
  });
  const ds = await run('ds', ZONE);
  t.match(ds.stdout, /^; dl\.example\.org is withdrawn: the parent must have no DS record of it/);
  t.notMatch(ds.stdout, / IN /);
  t.match(JSON.parse((await run('ds', ZONE, '--json')).stdout), { withdrawn: true, keys: { length: 0 } });
  t.match((await run('withdraw', ZONE, '--undo')).stdout, 'the parent must have this DS and no other:');
  t.equal(keys().withdrawn, undefined);
});

t.test('what is in the way is said', async (t) => {
  const { cwd, run } = home(t);
  writeFileSync(join(cwd, 'zones/plain.yaml'), zoneText({ zone: 'zone: plain.example' }));
  writeFileSync(join(cwd, 'zones/wrong.yaml'), 'zone: wrong.example\n');
  for (const [name, said] of [
    ['none.example', /^geopool: no zone file is of none\.example\n$/],
    [
      'plain.example',
      /^geopool: plain\.example is not signed: write dnssec: \{ key: FILE \} into zones\/plain\.yaml\n$/,
    ],
    ['wrong.example', /geopool: the file of wrong\.example is wrong\n$/],
    [ZONE, /^z\.key:1:1: the keys of dl\.example\.org can't be read: ENOENT[^\n]*\ngeopool: the keys of/],
  ] as const) {
    t.match(await run('ds', name), { code: 1, stderr: said });
  }
});

t.test('check reads the keys of signed zones, unless they are elsewhere', async (t) => {
  const { cwd, write } = home(t);
  const check = (...args: string[]) => runProgram(['check', '--zones', 'zones', ...args], { cwd });
  t.match(await check(), {
    code: 1,
    stdout: /^z\.key:1:1: the keys of dl\.example\.org can't be read: ENOENT/,
  });
  t.match(await check('--without-keys'), {
    code: 0,
    stdout: /^zones\/z\.yaml: dl\.example\.org, .*: good\n$/,
  });
  write(makeKey(15));
  t.match(await check(), { code: 0, stdout: /good\n$/ });
  chmodSync(join(cwd, 'z.key'), 0o644);
  t.match(await check(), {
    code: 1,
    stdout: /^z\.key:1:1: others may read or change these keys: chmod 0600/,
  });
});

t.test('of a key file that is a link, its target is written', async (t) => {
  const { cwd, run } = home(t);
  t.match(await run('keygen', ZONE, '--output', 'real.key'), { code: 0 });
  symlinkSync('real.key', join(cwd, 'z.key'));
  t.match(await run('roll', ZONE), { code: 0 });
  t.ok(lstatSync(join(cwd, 'z.key')).isSymbolicLink());
  const read = readKeyText(readFileSync(join(cwd, 'real.key'), 'utf8'), 'real.key');
  t.equal('keys' in read && read.keys.length, 2);
});
