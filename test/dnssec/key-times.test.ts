/** What keys are for at each time of a roll. */
import t from 'tap';
import {
  faultInTimes,
  isRemoved,
  keyStateAt,
  nextKeyChange,
  withoutWithdrawal,
} from '../../src/dnssec/key-times.js';
import { makeKey } from './make-keys.js';

const NEVER = Infinity;
const old = makeKey(15, [10, 20, 50, 70]);
const next = makeKey(15, [30, 50]);
const keys = { zone: 'example.org', keys: [old, next] } as const;

t.test('over a roll', async (t) => {
  for (const [now, published, signing, atParent] of [
    [0, [old], old, [old]],
    [29, [old], old, [old]],
    [30, [old, next], old, [old, next]],
    [49, [old, next], old, [old, next]],
    [50, [old, next], next, [next]],
    [69, [old, next], next, [next]],
    [70, [next], next, [next]],
  ] as const) {
    t.strictSame(keyStateAt(keys, now), { published, signing, atParent, withdrawn: false }, String(now));
  }
});

t.test('what was withdrawn stays signed', async (t) => {
  const withdrawn = { ...keys, withdrawn: 60 };
  t.equal(keyStateAt(withdrawn, 59).withdrawn, false);
  t.equal(keyStateAt(withdrawn, 60).withdrawn, true);
  t.strictSame(keyStateAt(withdrawn, 60).published, [old, next]);
  t.equal(nextKeyChange(withdrawn, 59), 60);
});

t.test('no key goes while the parent may have a DS of any', async (t) => {
  const withdrawn = { ...keys, withdrawn: 60 };
  t.strictSame(
    keyStateAt(withdrawn, 500).published,
    [old, next],
    'the time at which the old one was to go has passed',
  );
  t.equal(isRemoved(old, 71, 500), true, 'what was gone before does not come back');
  const back = withoutWithdrawal(withdrawn, 500);
  t.equal(back.withdrawn, undefined);
  t.same(
    back.keys.map(({ remove }) => remove),
    [510, NEVER],
    'it has as long as was left of its time',
  );
  t.strictSame(keyStateAt(back, 509).published, [back.keys[0], next]);
  t.strictSame(keyStateAt(back, 510).published, [next]);
  t.strictSame(
    withoutWithdrawal({ ...keys, withdrawn: 80 }, 500),
    keys,
    'after a roll there is nothing to keep',
  );
  t.strictSame(withoutWithdrawal(keys, 500), keys, 'nothing was withdrawn');
});

t.test('the next change is where the state is another', async (t) => {
  const changes: number[] = [];
  for (let now = 0; now < NEVER; now = nextKeyChange(keys, now)) changes.push(now);
  t.same(changes, [0, 10, 20, 30, 50, 70]);
  for (const now of changes) {
    const until = Math.min(nextKeyChange(keys, now), 100);
    t.strictSame(keyStateAt(keys, until - 1), keyStateAt(keys, now));
  }
});

t.test('times must leave exactly one key that signs, for ever', async (t) => {
  const named = (tag: number, publish: number, activate: number, retire: number, remove: number) => ({
    tag,
    publish,
    activate,
    retire,
    remove,
  });
  t.equal(faultInTimes([named(1, 0, 0, NEVER, NEVER)]), undefined);
  t.equal(faultInTimes([named(1, 0, 0, 5, 9), named(2, 1, 5, NEVER, NEVER)]), undefined);
  for (const [publish, activate, retire, remove] of [
    [1, 0, NEVER, NEVER],
    [0, 5, 5, NEVER],
    [0, 0, NEVER, 8],
  ] as const) {
    t.equal(
      faultInTimes([named(1, publish, activate, retire, remove)]),
      'key 1: publish, activate, retire and remove must come in this order',
    );
  }
  t.equal(
    faultInTimes([named(1, 0, 0, 5, 9)]),
    'key 1 retires and no key follows it: from then on nothing would be signed',
  );
  for (const activate of [4, 6]) {
    t.equal(
      faultInTimes([named(1, 0, 0, 5, 9), named(2, 1, activate, NEVER, NEVER)]),
      'key 1 must retire when key 2 is activated, since there is always exactly one that signs',
    );
  }
});
