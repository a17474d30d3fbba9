/** The exchange over instances that lie: what they make up, replay or mix up is not taken, and memory stays bounded. */
import t from 'tap';
import { digestOf, packBody, sealHead } from '../../src/fleet/documents.js';
import { openExchange } from '../../src/fleet/exchange.js';
import { createRoster } from '../../src/fleet/roster.js';
import { seededRandom } from '../../src/platform/random.js';
import { until } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { keyPair } from './keys.js';
import { madeInstance } from './made-instance.js';

const digest = digestOf('');

t.test('members hear each other over instances of which some lie', async (t) => {
  const clock = createFakeClock();
  const keys = new Map(['ns1', 'ns2'].map((name) => [name, keyPair()]));
  const publicKeys = new Map([...keys].map(([name, { publicKey }]) => [name, publicKey]));
  const [honest, liar] = [madeInstance(), madeInstance()];
  const log = createRecordingLog();
  const open = (name: string, other: string) => {
    const heard: string[] = [];
    let cause = 'one';
    const roster = createRoster([other], clock, {
      onHeard: (_, { bodies }) => heard.push(bodies.verdicts.map(({ cause }) => cause).join()),
      onSilent: () => heard.push('silent'),
    });
    const pair = keys.get(name);
    if (pair === undefined) throw new Error('it has a key');
    const exchange = openExchange({
      ...{ name, key: pair.privateKey, keys: publicKeys, roster, clock, random: seededRandom(1), log },
      instances: [honest.instance, liar.instance],
      contents: () => ({
        bodies: {
          verdicts: [{ key: name, verdict: 'down', since: 0, cause }],
          joint: [],
          overrides: [],
          challenges: [],
        },
        ...{ abstains: [], zones: digest, databases: digest },
      }),
    });
    const say = (text: string): void => {
      cause = text;
      exchange.publish();
    };
    return { exchange, roster, heard, say };
  };
  const [one, two] = [open('ns1', 'ns2'), open('ns2', 'ns1')];
  /** Lets time pass until that is so: bodies are packed by other threads. */
  const passing = (look: () => boolean, what: string) =>
    until(async () => {
      await clock.advance(100);
      return look() ? true : undefined;
    }, what);

  await passing(() => two.heard.includes('one'), 'the first document');
  const replay = new Map(liar.store);
  one.say('two');
  await passing(() => two.heard.at(-1) === 'two', 'the second document');

  const [forged, stranger] = [await packBody([]), keyPair()];
  const head = {
    ...{
      member: 'ns1',
      sequence: [clock.now() * 2, 1] as [number, number],
      stamp: clock.now(),
      abstains: [],
    },
    ...{
      bodies: { verdicts: forged.digest, joint: digest, overrides: digest, challenges: digest },
      zones: digest,
      databases: digest,
    },
  };
  const lies: (() => void)[] = [
    () => liar.store.set('geopool:ns1:head', Buffer.from('garbage')),
    () => liar.store.set('geopool:ns1:head', sealHead(head, stranger.privateKey)),
    () => liar.store.set('geopool:ns1:verdicts', forged.octets),
    () => {
      for (const [key, octets] of replay) liar.store.set(key, octets);
    },
  ];
  const count = two.heard.length;
  for (const lie of lies) {
    lie();
    await clock.advance(1000);
  }
  t.notOk(two.heard.slice(count).includes('one'), 'a replay is no news');
  t.notOk(two.heard.includes(''), 'nor is what it made up');
  one.say('three');
  await passing(() => two.heard.at(-1) === 'three', 'all the same the others are heard');

  honest.go('away');
  liar.go('away');
  await passing(() => two.heard.at(-1) === 'silent', 'without any, a member is silent after a minute');
  t.equal(log.events().filter((event) => event === 'fleet-instance-down').length, 4, 'which is said once');
  honest.store.clear();
  honest.go('back');
  await passing(() => two.heard.at(-1) === 'three', 'one that is back empty is enough');
  for (const { exchange, roster } of [one, two]) {
    await exchange.close();
    roster.close();
  }
  t.equal(clock.waiting(), 0, 'nothing goes on after the end');
});
