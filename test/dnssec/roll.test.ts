/**
 * Whole rolls, seen by resolvers: whatever DS set, DNSKEY set and signature they may have in their caches at any instant,
 * together they validate. Name servers get the file as late as they may, and their clocks are wrong; the parent changes its
 * DS whenever it was told that it may.
 */
import fc from 'fast-check';
import t from 'tap';
import { faultInTimes, keyStateAt } from '../../src/dnssec/key-times.js';
import type { ZoneKey, ZoneKeys } from '../../src/dnssec/keys.js';
import {
  dueAtParent,
  nextKeyOf,
  parentDeadline,
  type RollSpans,
  retiredKeysOf,
  rollKeys,
  withoutWaiting,
} from '../../src/dnssec/roll.js';
import { makeKey } from './make-keys.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEVER = Infinity;

/** Keys are told apart by their tags: these need no private part. */
const pattern = makeKey(15);
let tags = 0;
const numbered = (times: Pick<ZoneKey, 'publish' | 'activate' | 'retire' | 'remove'>): ZoneKey => ({
  ...pattern,
  ...times,
  tag: tags++,
});
const first = (): ZoneKeys => ({
  zone: 'dl.example.org',
  keys: [numbered({ publish: 0, activate: 0, retire: NEVER, remove: NEVER })],
});
const tagsOf = (keys: readonly ZoneKey[]): number[] => keys.map(({ tag }) => tag);

const SPANS = { longestTtl: HOUR, dsTtl: DAY, copying: DAY, changing: 14 * DAY };

t.test('the times of a roll', async (t) => {
  const keys = rollKeys(first(), DAY, SPANS, numbered);
  const [old, next] = keys.keys;
  if (next === undefined) throw new Error('no next key');
  t.match(next, { publish: DAY, activate: 2 * DAY + HOUR, retire: NEVER, remove: NEVER });
  t.match(old, { publish: 0, activate: 0, retire: 2 * DAY + HOUR, remove: 17 * DAY + 2 * HOUR });
  t.equal(parentDeadline(old, keys), 16 * DAY + HOUR);
  for (const [now, next, retired] of [
    [DAY - 1, [], []],
    [DAY, [1], []],
    [2 * DAY + HOUR - 1, [1], []],
    [2 * DAY + HOUR, [], [0]],
    [17 * DAY + 2 * HOUR, [], []],
  ] as const) {
    const found = nextKeyOf(keys, now);
    t.same(found === undefined ? [] : [found.tag - old.tag], next);
    t.same(
      retiredKeysOf(keys, now).map(({ tag }) => tag - old.tag),
      retired,
    );
  }
});

t.test('what is due at the parent, until somebody saw it there in time', async (t) => {
  const keys = rollKeys(first(), DAY, SPANS, numbered);
  const [old, next] = keys.keys;
  if (next === undefined) throw new Error('no next key');
  const until = 16 * DAY + HOUR;
  const due = { old, next, until };
  for (const [now, said] of [
    [DAY - 1, undefined],
    [DAY, due],
    [until + DAY, due],
    [old.remove, undefined],
  ] as const) {
    t.same(dueAtParent(keys, now), said);
  }
  t.equal(dueAtParent({ ...keys, withdrawn: DAY }, DAY), undefined);
  t.match(dueAtParent({ ...keys, dsTtl: HOUR }, DAY), { until: until + 23 * HOUR });
  const seenAt = (dsSeen: number, remove = old.remove) =>
    dueAtParent(
      {
        ...keys,
        keys: [
          { ...old, remove },
          { ...next, dsSeen },
        ],
      },
      3 * DAY,
    );
  t.equal(seenAt(until), undefined);
  t.match(seenAt(until + 1), { until }, 'a DS that came too late');
  t.equal(seenAt(until + 1, old.remove + 1), undefined, 'and a key that goes later then');
  t.equal(seenAt(Infinity, Infinity), undefined, 'or never');
  const twice = rollKeys(keys, 3 * DAY, SPANS, numbered);
  t.match(dueAtParent(twice, 3 * DAY), { old: { tag: old.tag }, next: { tag: next.tag } });
  const [one, two, three] = twice.keys;
  if (two === undefined || three === undefined) throw new Error('no third key');
  const seen = (...each: [ZoneKey, ...ZoneKey[]]) => dueAtParent({ ...twice, keys: each }, 3 * DAY);
  t.match(seen(one, { ...two, dsSeen: 0 }, three), { old: { tag: two.tag }, next: { tag: three.tag } });
  t.equal(seen(one, two, { ...three, dsSeen: 0 }), undefined);
});

t.test('a roll that begins anew leaves out the key that waits', async (t) => {
  const once = rollKeys(first(), 0, SPANS, numbered);
  const [old, waiting] = once.keys;
  if (waiting === undefined) throw new Error('no next key');
  const soon = waiting.activate - 3 * HOUR;
  t.equal(withoutWaiting(once, soon + 1, 2 * HOUR), undefined, 'it may sign before all have another file');
  const others = withoutWaiting(once, soon, 2 * HOUR);
  t.same(others?.keys, [{ ...old, retire: NEVER, remove: NEVER }]);
  t.same(withoutWaiting(once, waiting.activate, 2 * HOUR)?.keys[0], old, 'a retired one stays');
});

t.test('a key that was removed is left out of the next roll, one that is still there is not', async (t) => {
  const once = rollKeys(first(), 0, SPANS, numbered);
  t.equal(rollKeys(once, 3 * DAY, SPANS, numbered).keys.length, 3);
  const twice = rollKeys(once, 30 * DAY, SPANS, numbered);
  t.same(
    twice.keys.map(({ tag }) => tag - (once.keys[1]?.tag ?? 0)),
    [0, 2],
    'and a third key was made meanwhile',
  );
  t.equal(twice.keys[0].retire, twice.keys[1]?.activate);
  const [, second] = once.keys;
  const quick = rollKeys(once, second?.activate ?? 0, { ...SPANS, copying: 0, changing: 0 }, numbered);
  const [slowest, gone] = quick.keys;
  t.ok(gone !== undefined && gone.remove < slowest.remove);
  const thrice = rollKeys(quick, gone?.remove ?? 0, SPANS, numbered);
  t.equal(faultInTimes(thrice.keys), undefined, 'one that goes before the one before it stays so long');
  t.equal(thrice.keys.length, 4);
});

/** A file of keys, and when it was made. */
interface Version {
  readonly made: number;
  readonly keys: ZoneKeys;
  /** In which all name servers get it. */
  readonly copying: number;
}

/** The DS set becomes another. */
interface Change {
  readonly at: number;
  readonly ds: (before: ReadonlySet<number>) => ReadonlySet<number>;
}

interface RollParts {
  readonly wait: number;
  readonly add: number;
  readonly drop: number;
  readonly polls: readonly number[];
  /** When the roll begins anew with another key; undefined: it does not. */
  readonly anew: number | undefined;
}

/** Rolls one after the other, by parts (0 to 1) of what they may take; the parent is told by people, or by CDS. */
function playRolls(spans: RollSpans, rolls: readonly RollParts[], byCds: boolean) {
  let keys = first();
  const start = keys.keys[0].tag;
  const versions: Version[] = [{ made: -NEVER, keys, copying: 0 }];
  const changes: Change[] = [{ at: -NEVER, ds: () => new Set([start]) }];
  let now = 0;
  for (const { wait, add, drop, polls, anew } of rolls) {
    keys = rollKeys(keys, now, spans, numbered);
    versions.push({ made: now, keys, copying: spans.copying });
    let { copying } = spans;
    const waiting = keys.keys.at(-1);
    const soon = Math.floor(copying / 8);
    if (anew !== undefined && waiting !== undefined) {
      const after = Math.floor(anew * (waiting.activate - now));
      const others = withoutWaiting(keys, now + after, soon);
      if (others?.keys.every(({ tag }) => tag !== waiting.tag)) {
        if (!byCds) {
          changes.push({ at: now + add * after, ds: (before) => new Set([...before, waiting.tag]) });
          const gone = now + after + drop * spans.changing;
          changes.push({
            at: gone,
            ds: (before) => new Set([...before].filter((tag) => tag !== waiting.tag)),
          });
        }
        now += after;
        copying = soon;
        keys = rollKeys(others, now, { ...spans, copying }, numbered);
        versions.push({ made: now, keys, copying });
      }
    }
    const made = now;
    const [old, next] = keys.keys.slice(-2);
    if (old === undefined || next === undefined) throw new Error('no roll');
    const deadline = parentDeadline(old, keys);
    const added = made + add * (deadline - made);
    const may = Math.max(added, next.activate);
    if (byCds) {
      const of = keys;
      const times = [...polls.map((part) => made + part * (old.remove - made)), deadline];
      for (const at of times) {
        // Whoever has no file yet says what he said before.
        const said = at < made + copying ? undefined : keyStateAt(of, at).atParent;
        if (said !== undefined) changes.push({ at, ds: () => new Set(tagsOf(said)) });
      }
    } else {
      changes.push({ at: added, ds: (before) => new Set([...before, next.tag]) });
      changes.push({
        at: may + drop * (old.remove - may),
        ds: (before) => new Set([...before].filter((tag) => tag !== old.tag)),
      });
    }
    // As soon as the next one signs, or long after; CDS knows one roll at a time.
    const over = byCds ? old.remove : next.activate;
    now = over + wait * 2 * (old.remove - next.activate);
  }
  return { versions, changes: changes.sort((a, b) => a.at - b.at), end: now };
}

t.test('whatever is in caches validates, at every instant', async () => {
  const part = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  const span = fc.integer({ min: 0, max: 3 * DAY });
  const changing = fc.integer({ min: 0, max: 9 * DAY });
  const polls = fc.array(part, { maxLength: 6 });
  const looked = fc.tuple(part, fc.array(part, { minLength: 7, maxLength: 7 }), fc.nat());
  fc.assert(
    fc.property(
      // A key that retires as soon as it is made is none.
      fc.record({ longestTtl: span.map((ms) => ms + 1), dsTtl: span, copying: span, changing }),
      fc.array(
        fc.record({ wait: part, add: part, drop: part, polls, anew: fc.option(part, { nil: undefined }) }),
        { minLength: 1, maxLength: 3 },
      ),
      fc.boolean(),
      fc.array(looked, { minLength: 300, maxLength: 300 }),
      (spans, rolls, byCds, looks) => {
        const { versions, changes, end } = playRolls(spans, rolls, byCds);
        const { longestTtl, dsTtl } = spans;
        if (versions.some(({ keys }) => faultInTimes(keys.keys) !== undefined)) return false;
        const error = Math.min(HOUR, ...versions.slice(1).map(({ copying }) => copying / 4));
        /** What a name server has, as late with the file and as wrong by the clock as that. */
        const atServer = (at: number, late: number, wrong: number) => {
          const known = versions.findLast(({ made, copying }) => made + (late * copying) / 2 <= at);
          return keyStateAt((known ?? versions[0])?.keys ?? first(), at + (2 * wrong - 1) * error);
        };
        const atParent = (at: number): ReadonlySet<number> =>
          changes
            .filter((each) => each.at <= at)
            .reduce<ReadonlySet<number>>((set, { ds }) => ds(set), new Set());
        const times = [
          ...versions.flatMap(({ keys }) =>
            keys.keys.flatMap(({ publish, activate, retire, remove }) => [publish, activate, retire, remove]),
          ),
          ...changes.map(({ at }) => at),
        ].filter(Number.isFinite);
        const instants = times.flatMap((time) =>
          [0, longestTtl, dsTtl, -error, error].flatMap((ms) => [time + ms - 1, time + ms, time + ms + 1]),
        );
        return looks.every(([when, [dsAge = 0, keyAge = 0, setAge = 0, ...server], pick]) => {
          const now = pick % 4 === 0 ? when * (end + 9 * DAY) : (instants[pick % instants.length] ?? 0);
          const [late = 0, wrong = 0, otherLate = 0, otherWrong = 0] = server;
          const ds = atParent(now - dsAge * dsTtl);
          const published = tagsOf(atServer(now - keyAge * longestTtl, late, wrong).published);
          const { signing } = atServer(now - setAge * longestTtl, otherLate, otherWrong);
          // All that are published sign the DNSKEY set.
          return published.some((tag) => ds.has(tag)) && published.includes(signing.tag);
        });
      },
    ),
    { numRuns: 150 },
  );
});
