/**
 * The probes of a pool with a mirror's own keys laid over them. A pool's list says what all mirrors are asked. A mirror
 * that differs needs few words: one mapping over all probes, or a list over the probes one by one.
 */
import type { FaultList } from './faults.js';
import type { ProbeDraft } from './probe-schema.js';
import { typeOf } from './probes.js';
import type { Path } from './tree.js';

/** The section of a pool or a mirror that says how it is probed. */
export interface ProbeSection {
  readonly probe?: ProbeDraft | undefined;
  readonly probes?: readonly ProbeDraft[] | undefined;
}

/** The keys of one probe as the file states them, and their path. */
export interface StatedProbe {
  readonly keys: ProbeDraft;
  readonly path: Path;
}

/** One probe of a mirror in a pool: both sets of keys together, the pool's, and the mirror's. */
export interface LaidProbe {
  readonly keys: ProbeDraft;
  readonly ofPool: StatedProbe;
  readonly ofMirror: StatedProbe | undefined;
}

/** The probes that a section states, in order; empty if it states none. `at` is the path of the pool or mirror. */
export function statedProbes({ probe, probes }: ProbeSection, at: Path): readonly StatedProbe[] {
  if (probe !== undefined) return [{ keys: probe, path: [...at, 'probe'] }];
  return (probes ?? []).map((keys, i) => ({ keys, path: [...at, 'probes', i] }));
}

/**
 * The probes of a mirror in a pool. The mirror's `probe` is laid over each probe of the pool. If it names a type that some
 * of the pool's several probes have, it is laid over those only. The items of `probes` are laid over the pool's one by
 * one, and further items are added.
 */
export function layProbes(
  pool: ProbeSection,
  poolPath: Path,
  mirror: ProbeSection,
  mirrorPath: Path,
): readonly LaidProbe[] {
  const bare: StatedProbe = { keys: {}, path: [...poolPath, 'probe'] };
  const stated = statedProbes(pool, poolPath);
  const ofPool = stated.length === 0 ? [bare] : stated;
  const own = statedProbes(mirror, mirrorPath);
  if (mirror.probe !== undefined) {
    const [over] = own;
    const named = mirror.probe.type;
    const chosen =
      ofPool.length > 1 && ofPool.some(({ keys }) => typeOf(keys) === named)
        ? ofPool.filter(({ keys }) => typeOf(keys) === named)
        : ofPool;
    return ofPool.map((under) => laid(under, chosen.includes(under) ? over : undefined));
  }
  return Array.from({ length: Math.max(ofPool.length, own.length) }, (_, i) =>
    laid(ofPool[i] ?? bare, own[i]),
  );
}

function laid(ofPool: StatedProbe, ofMirror: StatedProbe | undefined): LaidProbe {
  return { keys: { ...ofPool.keys, ...ofMirror?.keys }, ofPool, ofMirror };
}

/** Reports what a pool or mirror at `at` must not write. */
export function checkSection(section: ProbeSection, at: Path, faults: FaultList): void {
  if (faults.has([...at, 'probe']) && faults.has([...at, 'probes'])) {
    faults.atKey([...at, 'probes'], '"probes" beside "probe": write only one of them');
  }
  const several = section.probes ?? [];
  several.forEach((keys, i) => {
    if (several.length > 1 && keys.type === 'none' && at[0] === 'pools') {
      faults.atValue([...at, 'probes', i], 'a probe of type none beside others asks nothing: leave it out');
    }
  });
}

/** Reports a mirror's single port that would apply to probes of different types. */
export function checkPort(laid: readonly LaidProbe[], faults: FaultList): void {
  const under = laid.filter(({ ofMirror }) => ofMirror?.keys.port !== undefined);
  const path = under[0]?.ofMirror?.path;
  if (path === undefined || under.some(({ ofMirror }) => ofMirror?.path.join() !== path.join())) return;
  const types = [...new Set(under.map(({ keys }) => typeOf(keys)))];
  if (types.length < 2) return;
  faults.atValue(
    [...path, 'port'],
    `the port would be that of ${types.join(' and ')} probes alike: write "type" beside it, or a list of "probes"`,
  );
}
