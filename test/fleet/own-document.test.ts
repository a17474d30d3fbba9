/** What a member publishes: made anew where it changed or is old, and always later than what was published before. */
import t from 'tap';
import {
  digestOf,
  isLater,
  isRefused,
  keyFor,
  MOST_ENTRIES,
  openHead,
  type SeenVerdict,
  unpackBody,
} from '../../src/fleet/documents.js';
import { createOwnDocument, type SealedDocument } from '../../src/fleet/own-document.js';
import { createFakeClock } from '../fake-clock.js';
import { keyPair } from './keys.js';

const { privateKey, publicKey } = keyPair();
const digest = digestOf('');

function scene(clock = createFakeClock(), verdicts: readonly SeenVerdict[] = []) {
  let made = 0;
  const own = createOwnDocument({
    name: 'ns1',
    key: privateKey,
    clock,
    contents() {
      made++;
      return {
        bodies: { verdicts, joint: [], overrides: [], challenges: [] },
        ...{ abstains: [], zones: digest, databases: digest },
      };
    },
  });
  return { clock, own, made: () => made };
}

function headOf({ values }: SealedDocument): Buffer {
  const found = values.find(([key]) => key === keyFor('ns1', 'head'));
  if (found === undefined) throw new Error('it has a head');
  return found[1];
}

function sequenceOf(document: SealedDocument, now: number) {
  const head = openHead(headOf(document), 'ns1', publicKey, now);
  if (isRefused(head)) throw new Error(head.refused);
  return head.sequence;
}

t.test('one document serves until something changes, or ten seconds', async (t) => {
  const { clock, own, made } = scene();
  t.ok(own.isBehind(undefined), 'nothing is published yet');
  const [first, same] = await Promise.all([own.current(), own.current()]);
  t.equal(first, same);
  t.notOk(own.isBehind(first));
  await clock.advance(9999);
  t.equal(await own.current(), first);
  await clock.advance(1);
  const second = await own.current();
  t.ok(isLater(sequenceOf(second, clock.now()), sequenceOf(first, clock.now())));
  own.change();
  t.ok(own.isBehind(second));
  await own.current();
  t.equal(made(), 3);
  t.ok(own.isBehind(second), 'an instance that has the one before is behind');
});

t.test('verdicts whose causes are too long for the others are heard without them', async (t) => {
  const verdict = { verdict: 'down', since: 1, cause: 'x'.repeat(500) } as const;
  const all = Array.from({ length: MOST_ENTRIES }, (_, i) => ({ ...verdict, key: `mirror ${i}` }));
  for (const [sent, isWhole] of [
    [all.slice(0, 1000), true],
    [all, false],
  ] as const) {
    const { values } = await scene(createFakeClock(), sent).own.current();
    const [, octets = Buffer.alloc(0)] = values.find(([key]) => key === keyFor('ns1', 'verdicts')) ?? [];
    const heard = await unpackBody('verdicts', octets, digestOf(octets));
    if (isRefused(heard)) throw new Error(heard.refused);
    t.equal(heard.length, sent.length);
    t.same(
      heard.at(-1),
      isWhole ? sent.at(-1) : { key: `mirror ${sent.length - 1}`, verdict: 'down', since: 1 },
    );
  }
});

t.test('what changes while it is made is in the next one', async (t) => {
  const { own, made } = scene();
  const making = own.current();
  own.change();
  t.ok(own.isBehind(await making));
  await own.current();
  t.equal(made(), 2);
});

t.test('a clock that was set back meanwhile is no replay to the others', async (t) => {
  const before = scene();
  const left = await before.own.current();
  const clock = createFakeClock();
  clock.jump(-300_000);
  const { own } = scene(clock);
  const first = await own.current();
  t.notOk(isLater(sequenceOf(first, clock.now()), sequenceOf(left, clock.now())));
  t.ok(own.goBeyond(headOf(left), publicKey));
  const next = await own.current();
  t.ok(isLater(sequenceOf(next, clock.now()), sequenceOf(left, clock.now())));
  t.notOk(own.goBeyond(headOf(left), publicKey), 'once is enough');
  t.notOk(own.goBeyond(headOf(left), keyPair().publicKey), 'nor by a head that it did not sign');
});
