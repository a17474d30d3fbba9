/**
 * What members say of each address, as known here, and the fleet's resulting verdicts. It does no I/O: its caller passes on
 * what it hears from members and asks for verdicts to be worked out again.
 */
import type { LastJoint, SeenVerdict } from './documents.js';
import { jointVerdict, type MemberView, type Vote } from './joint-verdict.js';

/** What another member says. */
export interface MemberSays {
  readonly verdicts: readonly SeenVerdict[];
  readonly joint: readonly LastJoint[];
}

export interface JointVerdict {
  readonly verdict: Vote;
  /** When this server first knew of it, by the steady clock, as is `returned`. */
  readonly since: number;
  /** When it came back up after being down; absent: it has not since this server started. */
  readonly returned?: number;
  /** How many of the configured members see it as up, and how many as down. */
  readonly up: number;
  readonly down: number;
  readonly size: number;
}

export interface JointVerdicts {
  readonly members: readonly string[];
  readonly self: string;
  /** Records what another member now says; undefined: it is silent. Returns the addresses whose verdicts may change. */
  hear(member: string, says: MemberSays | undefined): ReadonlySet<string>;
  /** Records what this server itself now sees; undefined: it abstains. */
  see(key: string, vote: Vote | undefined): void;
  /** Works out the verdict on an address again; `steady` is now. Undefined: this server judges it alone. */
  judge(key: string, steady: number): JointVerdict | undefined;
  /** Sets the watched addresses. What this server knew of others is forgotten. */
  keep(keys: ReadonlySet<string>): void;
  /** The verdict as last worked out. */
  of(key: string): JointVerdict | undefined;
  /** What another member sees of an address; undefined: it is silent, abstains or does not probe it. */
  seenBy(member: string, key: string): SeenVerdict | undefined;
  /** The last joint verdicts of these addresses. Adding `shift` to `since` must give wall-clock time. */
  last(keys: Iterable<string>, shift: number): readonly LastJoint[];
}

interface Known {
  readonly seen: ReadonlyMap<string, SeenVerdict>;
  readonly last: ReadonlyMap<string, LastJoint>;
}

interface Remembered {
  readonly verdict: Vote;
  readonly since: number;
  readonly returned?: number;
}

/** `self` is one of the members. `initial` is what it last knew, with times by the steady clock. */
export function createJointVerdicts(
  members: readonly string[],
  self: string,
  initial: Iterable<LastJoint> = [],
): JointVerdicts {
  const known = new Map<string, Known>();
  const own = new Map<string, Vote>();
  const memory = new Map<string, Remembered>(
    [...initial].map(({ key, verdict, since }) => [key, { verdict, since }]),
  );
  const held = new Map<string, JointVerdict>();

  function saidBy(member: string, key: string): MemberView | undefined {
    const says = known.get(member);
    if (member !== self && says === undefined) return undefined;
    const sees = member === self ? own.get(key) : says?.seen.get(key)?.verdict;
    const last = (member === self ? memory : says?.last)?.get(key)?.verdict;
    return { ...(sees !== undefined && { sees }), ...(last !== undefined && { last }) };
  }

  return {
    members,
    self,

    hear(member, says) {
      const before = known.get(member);
      const next = says && { seen: byKey(says.verdicts), last: byKey(says.joint) };
      if (next === undefined) known.delete(member);
      else known.set(member, next);
      // If this member is the first to be heard or the last to fall silent, even addresses it does not mention are affected.
      const keys = new Set(
        [before, next].flatMap((each) => [...(each?.seen.keys() ?? []), ...(each?.last.keys() ?? [])]),
      );
      if ((before === undefined) !== (next === undefined))
        return new Set([...keys, ...own.keys(), ...memory.keys()]);
      for (const key of keys) {
        const isSame = (kind: keyof Known): boolean =>
          before?.[kind].get(key)?.verdict === next?.[kind].get(key)?.verdict;
        if (isSame('seen') && isSame('last')) keys.delete(key);
      }
      return keys;
    },

    see(key, vote) {
      if (vote === undefined) own.delete(key);
      else own.set(key, vote);
    },

    judge(key, steady) {
      const said = members.flatMap((member) => saidBy(member, key) ?? []);
      const verdict = jointVerdict(said, members.length);
      if (verdict === undefined) {
        held.delete(key);
        return undefined;
      }
      const before = memory.get(key);
      const isBack = verdict === 'up' && before?.verdict === 'down';
      const now =
        before?.verdict === verdict
          ? before
          : { verdict, since: steady, ...(isBack && { returned: steady }) };
      memory.set(key, now);
      const seeing = (vote: Vote): number => said.filter(({ sees }) => sees === vote).length;
      const joint = { ...now, up: seeing('up'), down: seeing('down'), size: members.length };
      held.set(key, joint);
      return joint;
    },

    keep(keys) {
      for (const map of [own, memory, held])
        for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
    },

    of: (key) => held.get(key),
    seenBy: (member, key) => known.get(member)?.seen.get(key),

    last: (keys, shift) =>
      [...new Set(keys)].flatMap((key) => {
        const found = memory.get(key);
        return found === undefined ? [] : { key, verdict: found.verdict, since: found.since + shift };
      }),
  };
}

function byKey<T extends { readonly key: string }>(entries: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entries.map((entry) => [entry.key, entry]));
}
