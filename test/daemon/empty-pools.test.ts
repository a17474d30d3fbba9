/** What the log says of pools that have nobody to answer. */
import t, { type Test } from 'tap';
import { createEmptyPoolLog } from '../../src/daemon/empty-pools.js';
import { makeWorld } from './made-world.js';

const zone = (pools: string, mirrors: string): string =>
  `zone: example.org\nns: [ns.example.net]\npools: { ${pools} }\nmirrors: { ${mirrors} }\n`;
const BOTH = 'a: { addresses: [192.0.2.1, "2001:db8::1"] }';

function opened(t: Test) {
  const said = (): unknown[] => log.splice(0);
  const log: unknown[] = [];
  const say = ({ event }: { event?: string }, text: string): void => {
    log.push(`${event} ${text.slice(0, text.indexOf(')') + 1)}`);
  };
  const unused = (): never => t.fail('nothing else is said') as never;
  return { said, look: createEmptyPoolLog({ debug: unused, info: say, warn: unused, error: say }).look };
}

t.test('each family is said once, and once when it is over', async (t) => {
  const { said, look } = opened(t);
  const world = makeWorld([zone('dl: {}', BOTH)]);
  look(world, () => true);
  t.same(said(), []);
  look(world, (pool) => world.pools[pool]?.family === 'ipv4');
  t.same(said(), ['pool-empty dl.example.org (ipv6)']);
  look(makeWorld([zone('dl: {}', BOTH)]), () => false);
  t.same(said(), ['pool-empty dl.example.org (ipv4)'], 'another world is no news');
  look(world, () => true);
  t.same(said(), ['pool-empty-over dl.example.org (ipv4)', 'pool-empty-over dl.example.org (ipv6)']);
});

t.test('a weight of 0 is said too, and what is meant or gone is not', async (t) => {
  const { said, look } = opened(t);
  const off = 'b: { addresses: [192.0.2.2], weight: 0 }';
  look(makeWorld([zone('dl: { mirrors: [b] }, all: {}', `${BOTH}, ${off}`)]), () => true);
  t.same(said(), ['pool-empty dl.example.org (ipv4)'], 'the other has one that is answered');
  look(makeWorld([zone('all: {}', BOTH)]), () => true);
  t.same(said(), [], 'a pool that is gone answers nobody again');
  look(makeWorld([zone('dl: { may_be_empty: true }', BOTH)]), () => false);
  t.same(said(), []);
});
