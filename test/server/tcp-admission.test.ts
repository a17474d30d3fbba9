/** Which TCP clients are admitted, which ones must make room for them, and when a client's time is over. */
import fc from 'fast-check';
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { createAdmission, type TcpLimits } from '../../src/server/tcp-admission.js';

const LIMITS: TcpLimits = { connections: 6, perNetwork: 3, idle: 100, exchange: 10 };

function bytes(text: string): Uint8Array {
  return parseAddress(text)?.bytes ?? new Uint8Array(4);
}

/** An admission in which connections are named by what they come from, such as `192.0.2.1 a`. */
function opened(...connections: readonly string[]) {
  const admission = createAdmission<string>(LIMITS);
  const admit = (connection: string, now = 0) =>
    admission
      .admit(connection, bytes(connection.split(' ', 1)[0] ?? ''), now)
      .map(({ connection: left, why }) => `${left}: ${why}`);
  for (const connection of connections) admit(connection);
  const overdue = (now: number) =>
    admission.overdue(now).map(({ connection, why }) => `${connection}: ${why}`);
  return { ...admission, admit, overdue };
}

t.test('when all places are taken, the longest idle makes room', async (t) => {
  const { admit, note, leave, size } = opened(...[1, 2, 3, 4, 5].map((i) => `192.0.${i}.1`));
  t.same(admit('192.0.6.1'), [], 'the last place');
  note('192.0.1.1', 'idle', true, 5);
  note('192.0.2.1', 'sending', false, 6);
  t.same(admit('192.0.7.1'), ['192.0.2.1: crowded'], 'a query that began is no query');
  t.equal(size(), 6);
  leave('192.0.3.1');
  t.same(admit('192.0.8.1'), []);
  t.same(admit('192.0.9.1'), ['192.0.4.1: crowded']);
  for (let i = 10; i < 15; i++) admit(`192.0.${i}.1`);
  t.equal(size(), 6);
  leave('nobody that was ever here');
  t.equal(size(), 6);
});

t.test('one network has its share of the places, and makes room for its own', async (t) => {
  const { admit, note, size } = opened('192.0.2.1', '192.0.2.77', '192.0.2.255', '192.0.3.1');
  t.same(admit('192.0.2.1 again'), ['192.0.2.1: network-crowded']);
  note('192.0.2.77', 'idle', true, 1);
  t.same(admit('192.0.2.9'), ['192.0.2.255: network-crowded']);
  t.same(admit('192.0.3.2'), []);
  t.equal(size(), 5);
});

t.test('a network of IPv6 is a /48, and none of IPv4 is the same', async (t) => {
  const { admit } = opened('2001:db8:1::1', '2001:db8:1:ffff::2', '2001:db8:1:8000::3');
  t.same(admit('2001:db8:2::'), []);
  t.same(admit('2001:db8:1:4::'), ['2001:db8:1::1: network-crowded']);
  const low = opened('::1', '::2', '::3');
  t.same(low.admit('0.0.0.1'), []);
  t.same(low.admit('::1:2'), ['::1: network-crowded']);
});

t.test('a place in a full house and a full network costs one neighbour, not two', async (t) => {
  const { admit, size } = opened(...['192.0.1.1', '192.0.1.2', '192.0.1.3', '192.0.2.1', '192.0.2.2']);
  admit('192.0.2.3');
  t.same(admit('192.0.2.4'), ['192.0.2.1: network-crowded']);
  t.equal(size(), 6);
});

t.test('the limit of a network of one', async (t) => {
  const admission = createAdmission<string>({ ...LIMITS, perNetwork: 1 });
  admission.admit('a', bytes('192.0.2.1'), 0);
  t.same(admission.admit('b', bytes('192.0.2.1'), 0), [{ connection: 'a', why: 'network-crowded' }]);
  t.same(admission.admit('c', bytes('192.0.2.1'), 0), [{ connection: 'b', why: 'network-crowded' }]);
  t.equal(admission.size(), 1);
});

t.test('idle is counted from the last whole query', async (t) => {
  const { note, overdue, size } = opened('192.0.2.1', '192.0.2.2');
  note('192.0.2.2', 'idle', true, 60);
  t.same(overdue(99), []);
  t.same(overdue(100), ['192.0.2.1: idle']);
  t.same(overdue(100), [], 'it has left');
  t.same(overdue(159), []);
  t.same(overdue(160), ['192.0.2.2: idle']);
  t.equal(size(), 0);
});

t.test('an octet at a time wins no time', async (t) => {
  const { note, overdue } = opened('192.0.2.1');
  for (let now = 90; now < 100; now++) note('192.0.2.1', 'sending', false, now);
  t.same(overdue(99), []);
  t.same(overdue(100), ['192.0.2.1: slow'], 'ten after the first octet');
});

t.test('each query has its own time', async (t) => {
  const { note, overdue } = opened('192.0.2.1');
  for (let now = 0; now < 100; now += 9) {
    note('192.0.2.1', 'sending', true, now);
    t.same(overdue(now + 9), []);
  }
});

t.test('answers that wait are waited for from the first on, however many are asked for', async (t) => {
  const { note, overdue } = opened('192.0.2.1', '192.0.2.2');
  for (let now = 1; now < 11; now++) note('192.0.2.1', 'reading', true, now);
  for (let now = 1; now < 11; now++) {
    note('192.0.2.2', 'reading', true, now);
    note('192.0.2.2', 'idle', false, now);
  }
  t.same(overdue(10), []);
  t.same(overdue(11), ['192.0.2.1: unread'], 'the other one took all of them each time');
});

t.test('whatever happens, no limit is passed and nobody is forgotten', async () => {
  const step = fc.record({
    what: fc.constantFrom('admit', 'note', 'leave', 'overdue', 'admit'),
    network: fc.nat(4),
    host: fc.nat(5),
    state: fc.constantFrom('idle' as const, 'sending' as const, 'reading' as const),
    whole: fc.boolean(),
    pause: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const admission = createAdmission<string>(LIMITS);
      const here = new Set<string>();
      let now = 0;
      for (const { what, network, host, state, whole, pause } of steps) {
        now += pause;
        const name = `192.0.${network}.${host}`;
        if (what === 'admit' && !here.has(name)) {
          for (const { connection } of admission.admit(name, bytes(name), now)) here.delete(connection);
          here.add(name);
        } else if (what === 'note') admission.note(name, state, whole, now);
        else if (what === 'leave') {
          admission.leave(name);
          here.delete(name);
        } else for (const { connection } of admission.overdue(now)) here.delete(connection);
        if (here.size !== admission.size() || here.size > LIMITS.connections) return false;
        for (const one of here) {
          const prefix = one.slice(0, one.lastIndexOf('.') + 1);
          const neighbours = [...here].filter((other) => other.startsWith(prefix));
          if (neighbours.length > LIMITS.perNetwork) return false;
        }
      }
      admission.overdue(now + 1000);
      return admission.size() === 0;
    }),
  );
});
