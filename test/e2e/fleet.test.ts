/**
 * Name servers that judge together over real instances: what one of them sees alone changes nothing, an override on one
 * holds on all, and no failure of the instances changes an answer.
 */
import t from 'tap';
import { agree, allSee, mirrorOf, type Seat, startFleet, startGuarded, startInstances } from './fleets.js';
import { until } from './program.js';

t.test('five judge together, over three instances', async (t) => {
  const kv = await startInstances(t, 3);
  const seats = await startFleet(t, 5, () => ({ urls: kv.map(({ url }) => url) }));
  const [first, second, third, fourth, fifth] = seats;
  if (!first || !second || !third || !fourth || !fifth) throw new Error('there are five');
  await allSee(seats, 'uuuuu');

  await first.view.become('refuse');
  await allSee(seats, 'duuuu');
  for (const seat of seats)
    t.equal((await mirrorOf(seat)).state, 'up', `${seat.name}: one of five changes nothing`);
  const { stdout } = await first.server.run('fleet', 'status');
  t.match(stdout, /^ns0\.example\.org: the fleet judges together$/m);
  t.match(stdout, /^ns0\.example\.org +this one +.*sees 1 address otherwise$/m);
  t.match(stdout, /^unix:.*kv0\.sock +answers/m);

  await Promise.all([second, third].map(({ view }) => view.become('refuse')));
  await agree(seats, 'three of five say down', ({ state }) => state === 'down');
  t.match(await mirrorOf(fifth), {
    cause: '3 of 5 members see it down, 2 up',
    fleet: { verdict: 'down', members: [{ state: 'down', cause: /503/ }, {}, {}, { state: 'up' }, {}] },
  });

  // In between, and all of the instances killed, empty again, or standing still: the last joint verdict holds.
  await third.view.become('well');
  await agree(seats, 'three of five say up', ({ state }) => state === 'up');
  await fourth.restart(() => second.view.become('well'));
  const [kv0, kv1, kv2] = kv;
  if (!kv0 || !kv1 || !kv2) throw new Error('there are three');
  await kv0.kill();
  kv1.signal('SIGSTOP');
  await second.view.become('refuse');
  await allSee(seats, 'dduuu');
  kv1.signal('SIGCONT');
  await Promise.all([kv0.start(), kv2.kill()]);
  await third.view.become('refuse');
  await agree(seats, 'over instances that were away', ({ state }) => state === 'down');
});

t.test('an override on one holds on all, over an instance that knows who may do what', async (t) => {
  const guarded = await startGuarded(t, 3);
  const kv = guarded === undefined ? await startInstances(t, 1) : [guarded];
  const urls = kv.map(({ url }) => url);
  const seats = await startFleet(t, 3, (i) => ({ urls, more: guarded?.accessOf(i) ?? '' }));
  const [first, second, third] = seats;
  if (!first || !second || !third) throw new Error('there are three');
  await allSee(seats, 'uuu');

  t.match(await first.server.run('disable', 'aurora', '--reason', 'disk full', '--by', 'alice'), { code: 0 });
  await agree(seats, 'disabled', ({ enabled }) => !enabled);
  t.match((await mirrorOf(second)).override, { reason: 'disk full', by: 'alice', member: 'ns0.example.org' });

  // Somebody takes it back while one is away.
  await third.restart(async () => {
    t.match(await second.server.run('enable', 'aurora'), {
      code: 0,
      stdout: /^dl\.example\.org\/aurora is enabled here/,
      stderr: /^ns2\.example\.org has not said within 5 seconds that it heard: it may still leave it out$/m,
    });
    await agree([first, second], 'enabled', ({ enabled }) => enabled);
  });
  await agree(seats, 'not back from the dead', ({ enabled }) => enabled);

  await second.server.run('disable', 'aurora', '--reason', 'mine', '--local');
  t.equal((await mirrorOf(second)).override?.local, true);
  await first.server.run('disable', 'boreas', '--reason', 'for all');
  const boreas = async (seat: Seat) => (await mirrorOf(seat, 'boreas')).override;
  for (const seat of seats) await until(() => boreas(seat), `${seat.name}: boreas is disabled`);
  t.ok((await mirrorOf(first)).enabled, 'what is local is not shared');

  // All instances are empty again, and all members too have been away.
  for (const one of kv) await one.kill();
  await Promise.all(seats.map((seat) => seat.restart()));
  for (const seat of seats) t.ok(await boreas(seat), `${seat.name}: kept on its own disk`);
  t.equal((await mirrorOf(second)).override?.local, true);
});
