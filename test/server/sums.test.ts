/** Counters of every kind, added up over workers of every protocol. */
import t from 'tap';
import { ROWS_OCTETS } from '../../src/answer/rows.js';
import { TALLY } from '../../src/answer/tally.js';
import { sumTallies } from '../../src/server/sums.js';
import { newWorkerCounters } from '../../src/server/tallies.js';

const NO_CONNECTIONS = {
  open: 0,
  opened: 0,
  ended: { idle: 0, slow: 0, unread: 0, crowded: 0, 'network-crowded': 0 },
};

t.test('what is counted is added up by kind', async (t) => {
  const workers = (['udp', 'udp', 'tcp', 'tls'] as const).map((protocol) => newWorkerCounters(protocol, []));
  t.same(sumTallies(workers, 4), {
    queries: { udp: { ipv4: 0, ipv6: 0 }, tcp: { ipv4: 0, ipv6: 0 }, tls: { ipv4: 0, ipv6: 0 } },
    rcodes: Array.from({ length: 24 }, () => 0),
    withSubnet: 0,
    truncated: 0,
    silent: 0,
    dropped: 0,
    sendErrors: 0,
    cookies: { clientOnly: 0, invalid: 0, valid: 0 },
    limited: { truncated: 0, badCookie: 0, dropped: 0, tried: 0, networks: [0, 0, 0, 0, 0, 0, 0, 0, 0] },
    tcp: NO_CONNECTIONS,
    tls: { ...NO_CONNECTIONS, handshakes: { full: 0, resumed: 0, failed: 0, refused: 0 } },
    rows: { workedOut: 0, overwritten: 0, memory: 0, memoryLimit: 4 * ROWS_OCTETS },
    signedSets: { signed: 0, known: 0, stoodIn: 0 },
  });
  // Each number a power of two of its own, so that no two mistakes cancel out.
  let next = 1;
  for (const { tally } of workers) {
    for (let index = TALLY.QUERIES_IPV4; index <= TALLY.TLS_REFUSED; index++) {
      tally[index] = next;
      next = next < 2 ** 40 ? next * 2 : 1;
    }
  }
  const at = (index: number): number[] => workers.map(({ tally }) => tally[index] ?? 0);
  const all = (index: number): number => at(index).reduce((sum, value) => sum + value, 0);
  const tcp = (index: number): number => at(index)[2] ?? 0;
  const tls = (index: number): number => at(index)[3] ?? 0;
  const udp = (index: number): number => all(index) - tcp(index) - tls(index);
  const connections = (of: (index: number) => number) => ({
    open: of(TALLY.TCP_OPEN),
    opened: of(TALLY.TCP_OPENED),
    ended: {
      idle: of(TALLY.TCP_IDLE),
      slow: of(TALLY.TCP_SLOW),
      unread: of(TALLY.TCP_UNREAD),
      crowded: of(TALLY.TCP_CROWDED),
      'network-crowded': of(TALLY.TCP_NETWORK_CROWDED),
    },
  });
  t.same(sumTallies(workers, 4), {
    queries: {
      udp: { ipv4: udp(TALLY.QUERIES_IPV4), ipv6: udp(TALLY.QUERIES_IPV6) },
      tcp: { ipv4: tcp(TALLY.QUERIES_IPV4), ipv6: tcp(TALLY.QUERIES_IPV6) },
      tls: { ipv4: tls(TALLY.QUERIES_IPV4), ipv6: tls(TALLY.QUERIES_IPV6) },
    },
    rcodes: Array.from({ length: 24 }, (_, rcode) => all(TALLY.RCODE + rcode)),
    withSubnet: all(TALLY.WITH_SUBNET),
    truncated: all(TALLY.TRUNCATED),
    silent: all(TALLY.SILENT),
    dropped: all(TALLY.DROPPED),
    sendErrors: all(TALLY.SEND_ERRORS),
    cookies: {
      clientOnly: all(TALLY.COOKIE_CLIENT_ONLY),
      invalid: all(TALLY.COOKIE_INVALID),
      valid: all(TALLY.COOKIE_VALID),
    },
    limited: {
      truncated: all(TALLY.LIMITED_TRUNCATED),
      badCookie: all(TALLY.LIMITED_BADCOOKIE),
      dropped: all(TALLY.LIMITED_DROPPED),
      tried: all(TALLY.LIMITED_TRIED),
      networks: [0, 1, 2, 3, 4, 5, 6, 7, 8].map((network) => all(TALLY.LIMITED_NETWORK + network)),
    },
    tcp: connections(tcp),
    tls: {
      ...connections(tls),
      handshakes: {
        full: all(TALLY.TLS_HANDSHAKES),
        resumed: all(TALLY.TLS_RESUMED),
        failed: all(TALLY.TLS_FAILED),
        refused: all(TALLY.TLS_REFUSED),
      },
    },
    rows: {
      workedOut: all(TALLY.ROWS_WORKED_OUT),
      overwritten: all(TALLY.ROWS_OVERWRITTEN),
      memory: all(TALLY.ROWS_OCTETS),
      memoryLimit: 4 * ROWS_OCTETS,
    },
    signedSets: {
      signed: all(TALLY.SETS_SIGNED),
      known: all(TALLY.SETS_KNOWN),
      stoodIn: all(TALLY.SETS_STOOD_IN),
    },
  });
});
