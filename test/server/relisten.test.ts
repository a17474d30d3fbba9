/** A service that changes its endpoints while it runs. */
import t from 'tap';
import { ANSWER, ASKED, openOn, TABLE, TRANSPORTS, udpClient } from './loopback.js';

t.test('on an endpoint that stays nobody waits, and one that is gone is closed', async (t) => {
  if (!TRANSPORTS.includes('batched')) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const { service, port } = await openOn(t, 'batched', TABLE);
  const [first] = service.endpoints;
  if (first === undefined) throw new Error('it listens');
  const other = { host: '127.0.0.1', port: 0 };
  const starting = service.relisten([first, other]);
  t.equal(
    service.oldestGeneration(),
    0,
    'a thread that starts may answer from a table that is replaced meanwhile',
  );
  const there = await starting;
  const { made, gone } = await there();
  t.equal(service.endpoints[0]?.port, port);
  const added = service.endpoints[1]?.port ?? 0;
  t.same(
    [made.map(({ name }) => name).sort(), gone],
    [[`tcp-127.0.0.1-${added}-0`, `udp-127.0.0.1-${added}-0`, `udp-127.0.0.1-${added}-1`], []],
  );
  for (const each of [port, added]) {
    const client = await udpClient(t, each);
    t.match(await client.ask(ASKED), { answers: ANSWER });
  }
  const answered = service.sums().queries.udp.ipv4;
  t.equal(answered, 2);

  await t.rejects(
    service.relisten([
      { host: '127.0.0.1', port: added },
      { host: '192.0.2.1.2', port: 1 },
    ]),
    {
      code: 'LISTEN_FAILED',
    },
  );
  t.equal(service.endpoints.length, 2, 'nothing has changed');

  const rest = await (await service.relisten([{ host: '127.0.0.1', port: added }]))();
  t.same(rest, {
    made: [],
    gone: [`udp-127.0.0.1-${port}-0`, `udp-127.0.0.1-${port}-1`, `tcp-127.0.0.1-${port}-0`],
  });
  t.match(await (await udpClient(t, added)).ask(ASKED), { answers: ANSWER });
  t.equal(service.sums().queries.udp.ipv4, 3, 'counters go on');
  t.equal(service.oldestGeneration(), TABLE.generation);
  const again = await openOn(t, 'batched', TABLE, ['127.0.0.1'], { listen: [first] });
  t.equal(again.port, port, 'anybody may have the other one');
});

t.test('portable: only another process can', async (t) => {
  const { service, port } = await openOn(t, 'portable', TABLE);
  t.same(await (await service.relisten([]))(), { made: [], gone: [] });
  t.match(await (await udpClient(t, port)).ask(ASKED), { answers: ANSWER });
});
