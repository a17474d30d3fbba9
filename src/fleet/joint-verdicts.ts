/**
 * What members say of each address, as it is known here, and what the fleet's verdict comes to. Without I/O: whoever hears
 * of members tells it, and asks for verdicts anew.
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
  /** Since when, as it is known here; by the steady clock, as `returned`. */
  readonly since: number;
  /** When it came back from being down; absent: it did not, since this server began. */
  readonly returned?: number;
  /** How many of the configured members see it so. */
  readonly up: number;
  readonly down: number;
  readonly size: number;
}

export interface JointVerdicts {
  readonly members: readonly string[];
  readonly self: string;
  /** Another member says this from now on; undefined: it is silent. Gives the addresses that it may be about. */
  hear(member: string, says: MemberSays | undefined): ReadonlySet<string>;
  /** What this server sees itself from now on; undefined: it abstains. */
  see(key: string, vote: Vote | undefined): void;
  /** Works an address out anew; `steady` is now. Undefined: it is for this server alone to judge. */
  judge(key: string, steady: number): JointVerdict | undefined;
  /** These addresses are watched from now on: what this server knew of others is forgotten. */
  keep(keys: ReadonlySet<string>): void;
  /** As it was worked out last. */
  of(key: string): JointVerdict | undefined;
  /** What another member sees of an address; undefined: it is silent, abstains or does not probe it. */
  seenBy(member: string, key: string): SeenVerdict | undefined;
  /** The last joint verdicts of these addresses; what `shift` later than `since` is by the wall clock. */
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

/** Of these members, of which `self` is this one; `initial` has what it knew last, its moments by the steady clock. */
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
      // Where the first is heard, or none is left, even what nobody speaks of is judged otherwise.
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
