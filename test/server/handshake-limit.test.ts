/** How many handshakes a client network may begin, by a clock that the test controls. */
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { createHandshakeLimit } from '../../src/server/handshake-limit.js';

const bytes = (text: string): Uint8Array => parseAddress(text)?.bytes ?? new Uint8Array();

t.test('so many a second, and five seconds of them at once', async (t) => {
  const limit = createHandshakeLimit(20);
  const admitted = (from: string, now: number, tries = 1000): number =>
    Array.from({ length: tries }, () => limit.admits(bytes(from), now)).filter(Boolean).length;
  t.equal(admitted('192.0.2.1', 1000), 100);
  t.equal(admitted('192.0.2.255', 1000), 0, 'a network is an IPv4 /24');
  t.equal(admitted('192.0.3.1', 1000), 100);
  t.equal(admitted('192.0.2.1', 1049), 0);
  t.equal(admitted('192.0.2.1', 1050), 1);
  t.equal(admitted('192.0.2.1', 2000), 19, 'those that were refused cost nothing');
  t.equal(admitted('192.0.2.1', 60_000), 100, 'and no more is saved up');
  t.equal(admitted('2001:db8:1::1', 1000), 100);
  t.equal(admitted('2001:db8:1:ffff::1', 1000), 0, 'or an IPv6 /48');
  t.equal(admitted('2001:db8:2::1', 1000), 100);
});

t.test('one a second', async (t) => {
  const limit = createHandshakeLimit(1);
  const times = [0, 0, 0, 0, 0, 0, 999, 1000, 1001];
  t.same(
    times.map((now) => limit.admits(bytes('192.0.2.1'), now)),
    [true, true, true, true, true, false, false, true, false],
  );
});

t.test('whoever was seen longest ago is forgotten, so that memory is bounded', async (t) => {
  const limit = createHandshakeLimit(0.2);
  const network = (i: number): Uint8Array => Uint8Array.of(10 + (i >> 16), (i >> 8) & 255, i & 255, 1);
  t.equal(limit.admits(network(0), 0), true);
  t.equal(limit.admits(network(1), 0), true);
  t.equal(limit.admits(network(0), 0), false);
  for (let i = 2; i <= 1 << 14; i++) limit.admits(network(i), 0);
  t.equal(limit.admits(network(0), 0), false, 'it was seen after the other one');
  t.equal(limit.admits(network(1), 0), true);
});
