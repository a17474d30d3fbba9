/**
 * The pools of a zone with their members. A mirror's probes are laid over its pool's, so keys that are valid alone may be
 * wrong together. Such a fault is reported at the mirror's key if the mirror states one of them.
 */
import { checkRepeats } from './check-repeats.js';
import { checkClientRules, clientRulesOf } from './client-rules.js';
import type { FaultList } from './faults.js';
import type { Member, Mirror, Pool, PoolOrder, StatedOrder } from './model.js';
import { poolOrderOf } from './orders.js';
import type { Owned } from './owners.js';
import type { Probe } from './probe-forms.js';
import {
  checkPort,
  checkSection,
  type LaidProbe,
  layProbes,
  type ProbeSection,
  statedProbes,
} from './probe-lists.js';
import type { ProbeDraft } from './probe-schema.js';
import { idleKeys, keysUsedBy, type ProbeFault, probeOf, typeOf } from './probes.js';
import { checkRefuse } from './refuse.js';
import type { PoolDraft, ZoneDraft } from './schema.js';
import { selfWeightOf } from './self-weight.js';
import { hintAt } from './suggest.js';
import type { Path } from './tree.js';

/** A fault in a probe, the path to report it at, and the paths that it is about. */
interface PlacedProbeFault {
  readonly at: Path;
  readonly about: readonly Path[];
  readonly message: string;
}

/** The pools in the order of the file. Faults go to `faults`. */
export function poolsOf(
  owned: readonly Owned<PoolDraft>[],
  mirrors: readonly Mirror[],
  drafts: ZoneDraft['mirrors'],
  orders: readonly StatedOrder[],
  ttl: number,
  faults: FaultList,
): readonly Pool[] {
  const indexOf = new Map(mirrors.map(({ name }, i) => [name, i] as const));
  const sections = new Map<string, ProbeSection>(Object.entries(drafts ?? {}));
  const probeFaults: PlacedProbeFault[] = [];
  const pools = owned.flatMap(({ key, owner, value }) => {
    if (value === undefined) return [];
    const path = ['pools', key];
    checkSection(value, path, faults);
    checkClientRules(path, value, faults);
    checkRefuse([...path, 'refuse'], value.refuse, faults);
    checkRepeats([...path, 'choose'], value.choose, faults);
    const names = namesOf(key, value, mirrors, faults).filter((name) => indexOf.has(name));
    const laid = new Map(
      names.map(
        (name) => [name, layProbes(value, path, sections.get(name) ?? {}, ['mirrors', name])] as const,
      ),
    );
    const members = [...laid].flatMap(([name, probes]): Member[] => {
      checkPort(probes, faults);
      const read = probes.map((one) => ({ one, probe: probeOf(one.keys, owner) }));
      for (const { one, probe } of read) {
        if ('faults' in probe) probeFaults.push(...probe.faults.map((fault) => placeFault(fault, one)));
      }
      const sound = read.flatMap(({ probe }) => ('faults' in probe ? [] : [probe]));
      if (sound.length < probes.length) return [];
      const selfWeight = selfWeightOf(value.self_weight, drafts?.[name]?.self_weight, sound, owner);
      return [
        {
          mirror: indexOf.get(name) ?? 0,
          probes: asking(sound),
          ...(selfWeight !== undefined && { selfWeight }),
        },
      ];
    });
    for (const [i, { path: at, keys }] of statedProbes(value, path).entries()) {
      // If mirrors have other types, the pool's keys apply to these too, whatever type the pool itself names.
      const types = [...laid.values()].flatMap((probes) => probes[i] ?? []).map((one) => typeOf(one.keys));
      checkIdleKeys(at, keys, types, faults);
    }
    if (value.ttl_min !== undefined && value.ttl_min > ttl && !faults.isFaulty(['ttl'])) {
      faults.atValue([...path, 'ttl_min'], `ttl_min ${value.ttl_min} is more than the ttl, ${ttl}`);
    }
    return [poolOf(key, owner, value, members, poolOrderOf(value, path, orders, faults), ttl)];
  });
  for (const [name, section] of sections) {
    checkSection(section, ['mirrors', name], faults);
    for (const { keys, path } of statedProbes(section, ['mirrors', name])) {
      if (keys.type !== undefined) checkIdleKeys(path, keys, [], faults);
    }
  }
  // A fault about a value that is wrong in itself is no news. All are filtered first, since reporting one marks values as
  // faulty.
  for (const { at, message } of probeFaults.filter(({ about }) => !about.some(faults.isFaulty))) {
    faults.atValue(at, message);
  }
  return pools;
}

/** The probes that ask something. If none does, one of type `none`. */
function asking(probes: readonly Probe[]): readonly Probe[] {
  const some = probes.filter(({ type }) => type !== 'none');
  return some.length > 0 ? some : probes.slice(0, 1);
}

/** The names of a pool's mirrors in order, each once. */
function namesOf(
  pool: string,
  draft: PoolDraft,
  mirrors: readonly Mirror[],
  faults: FaultList,
): readonly string[] {
  const path = ['pools', pool, 'mirrors'];
  if (draft.mirrors === undefined) return mirrors.map(({ name }) => name);
  if (draft.mirrors.length === 0 && !faults.isFaulty(path)) {
    faults.atKey(
      path,
      `the pool "${pool}" has no mirrors: name some, or leave "mirrors" out for all of them`,
    );
  }
  const known = faults.keysAt(['mirrors']);
  const declared = new Set(known);
  checkRepeats(path, draft.mirrors, faults);
  draft.mirrors.forEach((name, i) => {
    if (declared.has(name)) return;
    const hint = hintAt(name, known);
    faults.atValue([...path, i], `the pool names a mirror "${name}" that is not in "mirrors"${hint}`);
  });
  return [...new Set(draft.mirrors)];
}

/** Places a fault at the first key concerned that the mirror states, or else at the first that the pool states. */
function placeFault(fault: ProbeFault, { ofPool, ofMirror }: LaidProbe): PlacedProbeFault {
  const inPool = (key: string): Path => [...ofPool.path, key];
  const inMirror = (key: string): Path => [...(ofMirror ?? ofPool).path, key];
  const stated = fault.keys.find((key) => ofMirror?.keys[key] !== undefined);
  const inherited = fault.keys.find((key) => ofPool.keys[key] !== undefined) ?? 'type';
  return {
    at: stated === undefined ? inPool(inherited) : inMirror(stated),
    about: fault.keys.flatMap((key) => [inPool(key), inMirror(key)]),
    message: fault.message,
  };
}

/** Reports keys of a probe that have no effect on its own type, nor on any type that it is laid under. */
function checkIdleKeys(
  path: Path,
  probe: ProbeDraft,
  under: readonly Probe['type'][],
  faults: FaultList,
): void {
  if (faults.isFaulty([...path, 'type'])) return;
  const used = new Set(under.flatMap(keysUsedBy));
  for (const key of idleKeys(probe)) {
    if (used.has(key)) continue;
    faults.atKey([...path, key], `"${key}" has no effect on a probe of type ${typeOf(probe)}: leave it out`);
  }
}

function poolOf(
  name: string,
  owner: string,
  draft: PoolDraft,
  members: readonly Member[],
  order: PoolOrder | undefined,
  ttl: number,
): Pool {
  return {
    name,
    owner,
    answers: draft.answers,
    maxShare: draft.max_share,
    ...(draft.max_world_share !== undefined && { maxWorldShare: draft.max_world_share }),
    nearKm: draft.near_km,
    sameCountryFirst: draft.same_country_first,
    panicThreshold: draft.panic_threshold,
    panic: draft.panic,
    canaries: draft.canaries,
    slowStart: draft.slow_start ?? 0,
    ttlMin: Math.min(draft.ttl_min ?? ttl, ttl),
    ...(order !== undefined && { order }),
    admits: clientRulesOf(draft),
    ...(draft.refuse !== undefined && { refuse: draft.refuse }),
    mayBeEmpty: draft.may_be_empty,
    choose: draft.choose,
    members,
  };
}
