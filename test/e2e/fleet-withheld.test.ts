/**
 * An override on one member that would empty a pool on another is withheld there, and reported, until an operator forces
 * it. Also which members see a mirror up, as `explain` shows it.
 */
import t from 'tap';
import { allSee, mirrorOf, type Seat, startFleet, startInstances } from './fleets.js';
import { until } from './program.js';

t.test('an override that would leave nothing is withheld until --force', async (t) => {
  const kv = await startInstances(t, 1);
  const seats = await startFleet(t, 3, () => ({ urls: kv.map(({ url }) => url) }));
  const [first, second, third] = seats;
  if (!first || !second || !third) throw new Error('there are three');
  await allSee(seats, 'uuu');
  const disabled = (seat: Seat, mirror: string) =>
    until(
      async () => ((await mirrorOf(seat, mirror)).enabled ? undefined : true),
      `${seat.name}: ${mirror} is out`,
    );
  const { stdout } = await second.server.run('explain', 'dl.example.org', '--from', '192.0.2.1');
  t.match(stdout, /^aurora .* 3 of 3 members see it up$/m);
  t.notMatch(stdout, /^boreas .*members/m, 'what nobody probes nobody says anything of');

  await second.server.run('disable', 'aurora', '--reason', 'mine', '--local');
  await first.server.run('disable', 'boreas', '--reason', 'disks');
  for (const seat of seats) await disabled(seat, 'boreas');
  // Again where a busy host took longer than the verb waits.
  await until(async () => {
    const { code, stdout, stderr } = await first.server.run('disable', 'corvus', '--reason', 'fans');
    const follows = 'ns1.example.org does not follow: "geopool fleet status" there says why\n';
    const where = 'dl.example.org/corvus is out of all answers here and on ns2.example.org\n';
    return code === 0 && stdout === where && stderr === follows ? true : undefined;
  }, 'it is said who does not follow');
  await disabled(third, 'corvus');
  const said = await until(async () => {
    const { stdout } = await second.server.run('fleet', 'status');
    return /corvus/.test(stdout) ? stdout : undefined;
  }, 'it is said');
  t.match(
    said,
    /^dl\.example\.org\/corvus is not disabled here, though it is on ns0\.example\.org \(fans\); disable it with --force, or enable it:\n {2}dl\.example\.org \(ipv4\) would have no address left/m,
  );
  t.ok((await mirrorOf(second, 'corvus')).enabled);
  const monitored = await second.server.run('monitor');
  t.match(monitored.stdout, /FLEET: dl\.example\.org\/corvus is disabled on ns0\.example\.org, and not here/);

  t.match(await third.server.run('disable', 'corvus', '--reason', 'fans', '--force'), { code: 0 });
  await disabled(second, 'corvus');
  t.notMatch((await second.server.run('fleet', 'status')).stdout, /corvus/);
});
