/**
 * A fleet without servers: members that exchange what tests have them see and say, over instances that fail as tests have
 * them fail, while nothing but a test moves the clock. Bodies are packed by other threads: time stands still meanwhile.
 */
import { digestOf, type SharedOverride } from '../../src/fleet/documents.js';
import { type Exchange, openExchange } from '../../src/fleet/exchange.js';
import type { Instance } from '../../src/fleet/instance.js';
import type { Vote } from '../../src/fleet/joint-verdict.js';
import { createJointVerdicts, type JointVerdicts } from '../../src/fleet/joint-verdicts.js';
import { createRoster, type Roster } from '../../src/fleet/roster.js';
import { createSharedEntries, type SharedEntries } from '../../src/fleet/shared-entries.js';
import type { Clock } from '../../src/platform/clock.js';
import { seededRandom } from '../../src/platform/random.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { createRecordingLog, type RecordingLog } from '../health/recording-log.js';
import { keyPair } from './keys.js';

/** `away` refuses at once, `hung` says nothing, `slow` takes its time. */
export type Mood = 'well' | 'away' | 'hung' | 'slow';

const PATIENCE_MS = 1000;
const SLOW_MS = 300;
const STEP_MS = 25;
const MIRROR = { zone: 'dl.example.org', mirror: 'aurora' };
/** The one address that all see. */
const ADDRESS = 'aurora';
const digest = digestOf('');

export interface MadeMember {
  readonly name: string;
  /** It sees the address so from now on. */
  see(vote: Vote): void;
  /** How the address stands here: as all say, or as it sees it itself. */
  stands(): Vote | undefined;
  /** How often that turned. */
  turned(): number;
  /** Disables the mirror everywhere, or takes that back. */
  say(reason: string | undefined): void;
  /** Why the mirror is disabled; undefined: it is not. */
  override(): string | undefined;
  /** Whom it hears, besides itself. */
  hears(): string;
  /** Entries that it has of all kinds. */
  size(): number;
  stop(): Promise<void>;
  /** Starts anew on what it kept. */
  start(): void;
}

export interface MadeFleet {
  readonly members: readonly MadeMember[];
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  /** How members find an instance from now on: one of them, or all. */
  setMood(instance: number, mood: Mood, member?: number): void;
  /** It is empty from now on. */
  empty(instance: number): void;
  /** The keys that an instance has. */
  keys(instance: number): number;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Much time passes at once, and each waits no more than once meanwhile. */
  stall(ms: number): Promise<void>;
  /** Lets time pass until that is so, and gives how long it took; or `most`, where it did not come. */
  reach(look: () => boolean, most: number): Promise<number>;
  close(): Promise<void>;
}

export interface MadeFleetOptions {
  readonly size: number;
  readonly instances: number;
  /** How far the clock of a member is away from the right time. */
  readonly apart?: (member: number) => number;
}

export function madeFleet({ size, instances, apart = () => 0 }: MadeFleetOptions): MadeFleet {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const names = Array.from({ length: size }, (_, i) => `ns${i}`);
  const pairs = new Map(names.map((name) => [name, keyPair()]));
  const keys = new Map([...pairs].map(([name, { publicKey }]) => [name, publicKey]));
  const stores = Array.from({ length: instances }, () => new Map<string, { value: Buffer; until: number }>());
  const moods = stores.map(() => names.map((): Mood => 'well'));
  /** What waits for the clock: of each member that runs and each instance one thing, unless something is being packed. */
  let waiting = 0;
  let running = 0;

  const after: Clock['after'] = (ms, run) => {
    let left = 1;
    const end = (): void => {
      waiting -= left;
      left = 0;
    };
    waiting++;
    const cancel = clock.after(ms, () => {
      end();
      run();
    });
    return () => {
      end();
      cancel();
    };
  };
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void after(ms, resolve));

  async function rest(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (waiting < running * instances);
  }

  function instanceFor(member: number, at: number): Instance {
    const reach = async (): Promise<Map<string, { value: Buffer; until: number }>> => {
      const mood = moods[at]?.[member];
      if (mood === 'hung') await wait(PATIENCE_MS);
      if (mood === 'slow') await wait(SLOW_MS);
      const store = stores[at];
      if (store === undefined || mood === 'hung' || mood === 'away') throw new Error('it can not be had');
      for (const [key, { until }] of store) if (until <= clock.monotonic()) store.delete(key);
      return store;
    };
    return {
      url: `redis://kv${at}`,
      async get(wanted) {
        const store = await reach();
        return wanted.map((key) => store.get(key)?.value ?? null);
      },
      async set(values, lasts) {
        const store = await reach();
        for (const [key, value] of values) store.set(key, { value, until: clock.monotonic() + lasts });
      },
      close: () => undefined,
    };
  }

  function makeMember(name: string, i: number): MadeMember {
    const own: Clock = {
      ...clock,
      // Whole milliseconds, as a host has them.
      now: () => Math.floor(clock.now()) + apart(i),
      steady: () => Math.floor(clock.steady()) + apart(i),
    };
    let vote: Vote | undefined;
    let before: Vote | undefined;
    let turned = 0;
    let parts: Running | undefined;
    interface Running {
      readonly exchange: Exchange;
      readonly roster: Roster;
      readonly joint: JointVerdicts;
      readonly overrides: SharedEntries<typeof MIRROR, SharedOverride>;
    }
    /** What its disk has. */
    let kept: { joint: ReturnType<JointVerdicts['last']>; overrides: readonly SharedOverride[] } = {
      joint: [],
      overrides: [],
    };

    const stands = (): Vote | undefined => parts?.joint.of(ADDRESS)?.verdict ?? vote;
    function judge({ joint }: Pick<Running, 'joint'>): boolean {
      joint.judge(ADDRESS, own.steady());
      const now = stands();
      const isOther = now !== before;
      if (isOther && before !== undefined) turned++;
      before = now;
      return isOther;
    }

    function start(): void {
      running++;
      const joint = createJointVerdicts(names, name, kept.joint);
      const overrides = createSharedEntries<typeof MIRROR, SharedOverride>({
        ...{ self: name, mostOfMember: 100, initial: kept.overrides },
        keyOf: ({ zone, mirror }) => `${zone} ${mirror}`,
      });
      joint.see(ADDRESS, vote);
      const roster = createRoster(
        names.filter((other) => other !== name),
        own,
        {
          onHeard(member, { bodies }) {
            overrides.merge(bodies.overrides, member, own.now());
            joint.hear(member, bodies);
            if (judge({ joint })) exchange.publish();
          },
          onSilent(member) {
            joint.hear(member, undefined);
            judge({ joint });
          },
        },
      );
      const pair = pairs.get(name);
      if (pair === undefined) throw new Error('it has a key');
      const exchange = openExchange({
        ...{
          name,
          key: pair.privateKey,
          keys,
          roster,
          clock: { ...own, after },
          random: seededRandom(i + 1),
          log,
        },
        instances: stores.map((_, at) => instanceFor(i, at)),
        contents: () => ({
          bodies: {
            verdicts: vote === undefined ? [] : [{ key: ADDRESS, verdict: vote, since: 0 }],
            joint: joint.last([ADDRESS], 0),
            overrides: overrides.list(own.now()),
            challenges: [],
          },
          ...{ abstains: [], zones: digest, databases: digest },
        }),
      });
      parts = { exchange, roster, joint, overrides };
      judge({ joint });
    }
    start();

    return {
      name,
      see(next) {
        vote = next;
        if (parts === undefined) return;
        parts.joint.see(ADDRESS, vote);
        judge(parts);
        parts.exchange.publish();
      },
      stands,
      turned: () => turned,
      say(reason) {
        const since = own.now();
        parts?.overrides.say(
          [
            (stamp) => ({
              ...{ ...MIRROR, stamp, member: name },
              ...(reason !== undefined && { said: { reason, since } }),
            }),
          ],
          since,
        );
        parts?.exchange.publish();
      },
      override: () => parts?.overrides.of(MIRROR)?.said?.reason,
      hears: () =>
        (parts?.roster.status() ?? [])
          .filter(({ heard }) => heard !== undefined)
          .map(({ member }) => member)
          .join(),
      size: () =>
        parts === undefined
          ? 0
          : parts.roster.status().length +
            parts.joint.last([ADDRESS], 0).length +
            parts.overrides.list(own.now()).length,
      async stop() {
        if (parts === undefined) return;
        const { exchange, roster, joint, overrides } = parts;
        kept = { joint: joint.last([ADDRESS], 0), overrides: overrides.list(own.now()) };
        parts = undefined;
        running--;
        roster.close();
        const closing = exchange.close();
        // Whoever waits for an instance that hangs waits for the clock.
        await advance(PATIENCE_MS);
        await closing;
      },
      start,
    };
  }

  async function advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await clock.advance(Math.min(STEP_MS, ms - passed));
      await rest();
    }
  }

  const members = names.map(makeMember);
  return {
    members,
    clock,
    log,
    setMood(at, mood, member) {
      for (const i of names.keys()) {
        const found = moods[at];
        if (found !== undefined && (member === undefined || member === i)) found[i] = mood;
      }
    },
    empty: (at) => stores[at]?.clear(),
    keys: (at) => stores[at]?.size ?? 0,
    advance,
    async stall(ms) {
      await clock.stall(ms);
      await rest();
    },
    async reach(look, most) {
      let passed = 0;
      for (; !look() && passed < most; passed += STEP_MS) await advance(STEP_MS);
      return passed;
    },
    async close() {
      for (const member of members) await member.stop();
    },
  };
}
