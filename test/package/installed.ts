/**
 * The Debian package where it belongs: on a Debian 13 with systemd, from its installation to its end. `npm run test:package`
 * calls it after what builds the package.
 */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { bootDebian, type Machine, whyNoMachine } from './debian.js';
import { PACKAGES } from './packages.js';

const QUESTIONS = fileURLToPath(new URL('steady-questions.js', import.meta.url));
const CONFIG = '/etc/geopool/geopool.yaml';
const ZONE = '/etc/geopool/zones/dl.example.org.yaml';
/** Questions a second. */
const RATE = 5000;
/** Milliseconds that one may wait: what comes after the same build answers from what it left, another has to compile first. */
const SLOWEST = { restart: 500, upgrade: 2000 } as const;
/** Milliseconds for all of it, on a host that has much to do. */
const LIMIT = 900_000;

t.setTimeout(LIMIT);
const missing = whyNoMachine();
if (missing !== false) t.plan(0, missing);
else {
  await live(await bootDebian(t, PACKAGES));
}

/** The file of a package, as the machine has it. */
function packageIn(directory: string): string {
  const [file = ''] = readdirSync(join(PACKAGES, directory));
  return `/srv/${directory}/${file}`;
}

async function live(machine: Machine): Promise<void> {
  /** Runs a line that must end with this code; gives what it says. */
  const ends = (t: Test, code: number, line: string): string => {
    const { status, said } = machine.run(line);
    t.equal(status, code, `${line}: ${said}`);
    return said;
  };
  const journal = (priority: string): string =>
    machine.run(`journalctl -u geopool -p ${priority} --no-pager -o cat`).said;

  /** No question is lost, and none waits long, while something is done. */
  const lossless = async (t: Test, line: string, limit: number): Promise<void> => {
    const asking = machine.start(process.execPath, QUESTIONS, '5300', String(RATE));
    let said = '';
    asking.stdout?.on('data', (text) => {
      said += text;
    });
    const closed = once(asking, 'close');
    await sleep(1500);
    ends(t, 0, line);
    await sleep(1500);
    asking.stdin?.end();
    await closed;
    t.comment(`${line}: ${said.trim()}`);
    const { sent, lost, wrong, slowest } = JSON.parse(said);
    t.ok(sent > 2 * RATE);
    t.same({ lost, wrong }, { lost: 0, wrong: 0 });
    t.ok(slowest < limit, `the slowest waited ${slowest} ms`);
  };

  await t.test('it is installed, and serves at once', async (t) => {
    ends(t, 0, `apt-get install -y ${packageIn('before')}`);
    ends(t, 0, 'systemctl is-active geopool && systemctl is-enabled geopool');
    t.match(ends(t, 0, 'geopool status'), /batched UDP on 127\.0\.0\.1:5300/);
    t.match(ends(t, 0, 'geopool explain dl.example.org --from 192.109.0.1'), /aurora/);
    t.match(ends(t, 0, 'systemctl status geopool'), /Status: "1 zone, /);
    t.match(
      ends(t, 0, `stat -c '%U:%G %a' ${CONFIG} /etc/geopool`),
      /^root:geopool 640\nroot:geopool 750\n$/,
    );
    ends(t, 0, 'man -w geopool && man -w geopool.yaml && man -w geopool-zone');
    t.match(
      ends(t, 0, "bash -c '. /usr/share/bash-completion/completions/geopool; complete -p geopool'"),
      '_geopool',
    );
    t.match(ends(t, 0, "zsh -fc 'autoload -U compinit; compinit; print $_comps[geopool]'"), '_geopool');
    t.equal(journal('warning'), '');
  });

  await t.test('a zone is edited and reloaded', async (t) => {
    ends(t, 0, `sed -i 's/mirrors around the world/&, edited/; s/^  aurora:/  aurora2:/' ${ZONE}`);
    ends(t, 0, `geopool check --config ${CONFIG}`);
    ends(t, 0, 'systemctl reload geopool');
    t.match(ends(t, 0, 'geopool status'), /aurora2 /);
  });

  await t.test('a restart loses no question', (t) =>
    lossless(t, 'systemctl restart geopool', SLOWEST.restart),
  );

  await t.test('a wrong zone: what was good is served, and everybody is told', async (t) => {
    ends(t, 0, `cp ${ZONE} /root/zone && echo 'colour: blue' >> ${ZONE}`);
    ends(t, 1, 'systemctl reload geopool');
    ends(t, 0, 'systemctl is-active geopool');
    t.match(journal('warning'), /dl\.example\.org\.yaml.*colour/);
    t.match(ends(t, 1, 'geopool monitor'), /^GEOPOOL WARNING.*dl\.example\.org/);
    ends(t, 0, `cp /root/zone ${ZONE} && systemctl reload geopool`);
    ends(t, 0, 'geopool monitor --down-for 1h');
  });

  await t.test('a wrong config: the start fails, and says where', async (t) => {
    ends(t, 0, `cp ${CONFIG} /root/config && echo 'lisen: 127.0.0.1:5300' >> ${CONFIG}`);
    ends(t, 1, 'systemctl restart geopool');
    t.match(machine.run('systemctl status geopool').said, /Result: exit-code|code=exited, status=1/);
    t.match(journal('err'), /geopool\.yaml:\d+:\d+: .*lisen/);
    t.match(ends(t, 3, 'geopool monitor'), /^GEOPOOL UNKNOWN/);
    ends(t, 0, `cp /root/config ${CONFIG} && systemctl restart geopool`);
  });

  await t.test('a port that another program has: the start fails, and names it', async (t) => {
    const taker = machine.start(
      process.execPath,
      '-e',
      "require('dgram').createSocket('udp4').bind(53, '127.0.0.1', () => console.log('taken')); process.stdin.resume().on('end', () => process.exit())",
    );
    if (taker.stdout !== null) await once(taker.stdout, 'data');
    ends(t, 0, `echo 'listen: 127.0.0.1:53' >> ${CONFIG}`);
    ends(t, 1, 'systemctl restart geopool');
    t.match(journal('err'), /127\.0\.0\.1:53/);
    ends(t, 3, 'geopool monitor');
    taker.stdin?.end();
    ends(t, 0, `cp /root/config ${CONFIG} && systemctl restart geopool`);
  });

  await t.test('an upgrade loses no question, and keeps what was edited and said', async (t) => {
    ends(t, 0, `echo '# edited' >> ${CONFIG}`);
    ends(t, 0, 'geopool disable dune --reason "new disks"');
    const pid = machine.run('systemctl show -P MainPID geopool').said;
    await lossless(t, `apt-get install -y ${packageIn('now')}`, SLOWEST.upgrade);
    const [, version = ''] = packageIn('now').split('_');
    t.match(ends(t, 0, 'dpkg-query -W geopool'), version);
    t.not(machine.run('systemctl show -P MainPID geopool').said, pid);
    ends(t, 0, `grep -q '# edited' ${CONFIG}`);
    t.match(ends(t, 0, 'geopool status'), /dune .*disabled: new disks/);
  });

  await t.test(
    'removed, it leaves what is configured and what it knows; purged, only what others made',
    async (t) => {
      ends(t, 0, `cp ${ZONE} /etc/geopool/zones/own.example.yaml`);
      ends(t, 0, 'apt-get remove -y geopool');
      ends(t, 4, 'systemctl status geopool');
      ends(
        t,
        0,
        `test ! -e /usr/lib/geopool -a ! -e /usr/bin/geopool -a -e ${CONFIG} -a -e /var/lib/geopool`,
      );
      ends(t, 0, 'apt-get purge -y geopool');
      ends(t, 0, 'test ! -e /var/lib/geopool');
      t.equal(ends(t, 0, 'find /etc/geopool -type f'), '/etc/geopool/zones/own.example.yaml\n');
      t.equal(
        ends(t, 0, "find / -xdev -name '*geopool*' -not -path '/etc/geopool*' -not -path '/var/log/*'"),
        '',
      );
    },
  );
}
