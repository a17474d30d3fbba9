/** Addresses that this host gets while the server is already running. */
import { spawnSync } from 'node:child_process';
import t, { type Test } from 'tap';
import type { Transport } from '../../src/server/service.js';
import { addAddress, type Cable, enter, ip, layCable } from '../cable.js';
import { ANSWER, ASKED, askOverTcp, TRANSPORTS, udpClient, ZONE } from './loopback.js';
import { openIn, type RemoteService } from './remote-service.js';

const FOUR = '10.77.0.5';
const SIX = 'fd77::5';

const cable = layCable(t, {
  inside: ['10.77.0.1/24', 'fd77::1/64'],
  outside: ['10.77.0.2/24', 'fd77::2/64'],
});
const refused = 'unavailable' in cable ? cable : await enter(cable.outside);

if ('unavailable' in cable || refused !== undefined)
  t.pass(`skipped: ${refused?.unavailable}`, { skip: refused?.unavailable ?? true });
else {
  for (const transport of TRANSPORTS) {
    t.test(transport, async (t) => {
      await t.test('a listen address that is not there yet', (t) => notThereYet(t, cable, transport));
      await t.test('IPv6 that is still being verified', (t) => tentative(t, cable, transport));
      await t.test('a wildcard is answered at an address that comes later', (t) =>
        wildcard(t, cable, transport),
      );
    });
  }
}

function open(t: Test, { inside }: Cable, transport: Transport, ...hosts: string[]): Promise<RemoteService> {
  t.teardown(() => {
    ip('-n', inside, 'addr', 'del', `${FOUR}/24`, 'dev', 'cable');
    ip('-n', inside, 'addr', 'del', `${SIX}/64`, 'dev', 'cable');
  });
  return openIn(t, inside, {
    listen: hosts.map((host) => ({ host, port: 0 })),
    batched: transport === 'batched',
    zone: ZONE,
  });
}

async function answers(t: Test, port: number, host: string): Promise<void> {
  const client = await udpClient(t, port, host);
  t.same((await client.ask(ASKED)).answers, ANSWER, `${host} over UDP`);
  const [reply] = await askOverTcp(port, [ASKED], host);
  t.same(reply?.answers, ANSWER, `${host} over TCP`);
}

async function notThereYet(t: Test, cable: Cable, transport: Transport): Promise<void> {
  const service = await open(t, cable, transport, FOUR, '10.77.0.1', SIX);
  const [four, present, six] = service.endpoints.map(({ port }) => port);
  await answers(t, present ?? 0, '10.77.0.1');
  const missed = await service.logged('listen-waiting', 4);
  const why =
    'is not answered yet: this host has no such address; unless it is to come later, correct --listen or `listen` in the config file';
  t.same(
    missed.sort(),
    [`${FOUR}:${four}`, `[${SIX}]:${six}`]
      .flatMap((where) => [`${where} (TCP) ${why}`, `${where} (UDP) ${why}`])
      .sort(),
  );
  for (const address of [`${FOUR}/24`, `${SIX}/64`]) t.ok(addAddress(cable.inside, address));
  const found = await service.logged('listen-found', 4);
  t.ok(found.includes(`${FOUR}:${four} (TCP) is answered from now on`));
  await answers(t, four ?? 0, FOUR);
  await answers(t, six ?? 0, SIX);
  await service.stop();
}

async function tentative(t: Test, cable: Cable, transport: Transport): Promise<void> {
  const { inside } = cable;
  // It is asked for so often whether somebody else has the address that the answer never comes.
  const file = '/proc/sys/net/ipv6/conf/cable/dad_transmits';
  const { status } = spawnSync('ip', ['netns', 'exec', inside, 'sh', '-c', `echo 10000 > ${file}`]);
  t.equal(status, 0);
  t.ok(ip('-n', inside, 'addr', 'add', `${SIX}/64`, 'dev', 'cable'));
  const service = await open(t, cable, transport, SIX);
  const port = service.endpoints[0]?.port ?? 0;
  await service.logged('listen-waiting', 2);
  t.ok(ip('-n', inside, 'addr', 'del', `${SIX}/64`, 'dev', 'cable'));
  t.ok(addAddress(inside, `${SIX}/64`), 'nobody has it');
  await service.logged('listen-found', 2);
  await answers(t, port, SIX);
  await service.stop();
}

async function wildcard(t: Test, cable: Cable, transport: Transport): Promise<void> {
  const service = await open(t, cable, transport, '0.0.0.0', '::');
  const [four, six] = service.endpoints.map(({ port }) => port);
  await answers(t, four ?? 0, '10.77.0.1');
  await answers(t, six ?? 0, 'fd77::1');
  for (const address of [`${FOUR}/24`, `${SIX}/64`]) t.ok(addAddress(cable.inside, address));
  if (transport === 'portable')
    t.same(
      (await service.logged('listen-found', 2)).sort(),
      [`${FOUR}:${four}`, `[${SIX}]:${six}`].map((where) => `${where} (UDP) is answered from now on`).sort(),
    );
  await answers(t, four ?? 0, FOUR);
  await answers(t, six ?? 0, SIX);
  t.equal((await service.sums()).sendErrors, 0);
  await service.stop();
}
