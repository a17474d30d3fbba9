import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { newResponder } from '../../src/answer/responder.js';
import { TALLY } from '../../src/answer/tally.js';
import { secureRandom } from '../../src/platform/random.js';
import { newWorkerCounters } from '../../src/server/tallies.js';
import { DEFAULT_TCP_LIMITS } from '../../src/server/tcp-admission.js';
import { openTcpConnections } from '../../src/server/tcp-connections.js';
import { TABLE } from './loopback.js';

t.test('a thread that counts on for a dead one has none of its connections', async (t) => {
  const counters = newWorkerCounters('tcp', TABLE.pools);
  counters.tally[TALLY.TCP_OPEN] = 7;
  counters.tally[TALLY.TCP_OPENED] = 9;
  openTcpConnections(newResponder(TABLE, secureRandom(), counters, PLAIN_POLICY), DEFAULT_TCP_LIMITS);
  t.equal(counters.tally[TALLY.TCP_OPEN], 0);
  t.equal(counters.tally[TALLY.TCP_OPENED], 9);
});
