/**
 * Challenges of a fleet: when one that was given on one member is acknowledged, all members that are heard serve it. None
 * serves one that was removed, on whichever member that was and whichever was away.
 */
import t from 'tap';
import { udpClient } from './dns-client.js';
import { allSee, type Seat, startFleet, startInstances } from './fleets.js';
import { until } from './program.js';

const NAME = '_acme-challenge.dl.example.org';

t.test('a challenge on one holds on all', async (t) => {
  const kv = await startInstances(t, 2);
  const seats = await startFleet(t, 3, () => ({ urls: kv.map(({ url }) => url) }));
  const [first, second, third] = seats;
  if (!first || !second || !third) throw new Error('there are three');
  const tokens = async ({ server: { port } }: Seat): Promise<string[]> => {
    const client = await udpClient(t, { port });
    const { answers = [] } = await client.ask({ name: NAME, type: 'TXT' });
    return answers
      .flatMap((answer) => (answer.type === 'TXT' ? [answer.data].flat().map(String) : []))
      .sort();
  };
  const challenge = ({ server }: Seat, ...args: string[]) => server.run('challenge', ...args);
  const serves = (seat: Seat, ...wanted: string[]) =>
    until(
      async () => ((await tokens(seat)).join() === wanted.join() ? true : undefined),
      `${seat.name} serves ${wanted.join()}`,
    );
  await allSee(seats, 'uuu');

  /** Gives it on the first, again where a busy host took longer than the verb waits. */
  const give = (token: string, said: RegExp) =>
    until(async () => {
      const added = await challenge(first, 'add', NAME, token, '--by', 'alice');
      return added.code === 0 && said.test(added.stdout) ? added : undefined;
    }, `${token} is given`);
  const added = await give(
    'one',
    /^\S+ is served until \S+Z, by ns1\.example\.org, ns2\.example\.org too\n$/,
  );
  t.equal(added.stderr, '');
  // Not a moment later: the hooks of certbot and lego end with this.
  for (const seat of seats) t.same(await tokens(seat), ['one'], `${seat.name}: serves it`);
  t.match((await challenge(third, 'list')).stdout, /\(by alice on ns0\.example\.org\): one$/m);

  await challenge(second, 'add', NAME, 'alone', '--local');
  t.same(await tokens(second), ['alone', 'one']);
  t.same(await tokens(first), ['one'], 'what is local is not shared');

  // Somebody removes it elsewhere while one is away.
  await third.restart(async () => {
    t.match(await challenge(second, 'remove', NAME, 'one'), { stdout: `${NAME}: 1 challenge removed\n` });
    await serves(first);
    await give('two', /, by ns1\.example\.org too$/m);
  });
  // What was removed is not back.
  await serves(third, 'two');
  t.same(await tokens(first), ['two']);

  // Without any instance it is said that nobody can be asked, and kept for when there is one.
  for (const one of kv) await one.kill();
  const alone = await challenge(first, 'add', NAME, 'three');
  t.match(alone, { code: 0, stderr: /^ns1\.example\.org has not said within 5 seconds that it serves it$/m });
  await first.restart();
  t.same(await tokens(first), ['three', 'two'], 'kept on its own disk');
  for (const one of kv) await one.start();
  await serves(second, 'alone', 'three', 'two');
  await serves(third, 'three', 'two');
});
