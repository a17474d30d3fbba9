/**
 * Takes over overrides that were given on other members of the fleet. One that would bring a pool into panic or leave it
 * empty is withheld, unless it was given with `--force`: the operator may have seen other mirrors up than this server does.
 */
import type { SharedOverride } from '../fleet/documents.js';
import type { Override, Overrides } from '../health/overrides.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { type MirrorName, nameOf } from './mirror-name.js';

/** An override that holds on the other members. */
export interface WithheldOverride extends MirrorName {
  readonly member: string;
  readonly reason: string;
  /** Why it does not hold here, in words. */
  readonly effects: readonly string[];
}

export interface OverrideAdoption {
  /** Takes over these overrides, and examines the withheld ones again. Returns whether any override in force has changed. */
  adopt(news: readonly SharedOverride[]): boolean;
  /** A new override or removal was given for these mirrors here. */
  forget(mirrors: readonly MirrorName[]): void;
  withheld(): readonly WithheldOverride[];
}

export interface OverrideAdopting {
  readonly overrides: Pick<Overrides, 'of' | 'add' | 'remove'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** What disabling these would take away, in words. */
  readonly effectsOf: (mirrors: readonly MirrorName[]) => readonly string[];
  /** Makes the answers follow the overrides of these mirrors, by `zone/name`. */
  readonly publish: (mirrors: readonly string[]) => void;
}

export function createOverrideAdoption(adopting: OverrideAdopting): OverrideAdoption {
  const { overrides, clock, log, effectsOf, publish } = adopting;
  const withheld = new Map<string, { readonly entry: SharedOverride; readonly effects: readonly string[] }>();

  /** Returns whether an override in force has changed. An override for this server alone stays as it is. */
  function adoptOne(entry: SharedOverride): boolean {
    const { zone, mirror, member, said } = entry;
    const name = nameOf(entry);
    const before = saidHere(overrides, entry);
    if (before?.local === true) return false;
    if (said === undefined || (said.until !== undefined && said.until <= clock.now())) {
      if (before === undefined) return false;
      overrides.remove(zone, mirror);
      log.info({ event: 'mirror-enabled', zone, mirror, member }, `${name} is enabled on ${member}`);
      return true;
    }
    const { force, ...word } = said;
    const { reason, since, by, until } = word;
    if (before?.since === since && before.reason === reason && before.until === until) return false;
    const effects = before === undefined && force !== true ? effectsOf([{ zone, mirror }]) : [];
    if (effects.length > 0) {
      withheld.set(name, { entry, effects });
      return false;
    }
    overrides.add({ zone, mirror, ...word, member });
    log.info(
      { event: 'mirror-disabled', zone, mirror, reason, member, ...(by !== undefined && { by }) },
      `${name} is disabled on ${member}${by === undefined ? '' : ` by ${by}`}: ${reason}`,
    );
    return true;
  }

  return {
    adopt(news) {
      const entries = new Map(
        [...Array.from(withheld.values(), ({ entry }) => entry), ...news].map((entry) => [
          nameOf(entry),
          entry,
        ]),
      );
      withheld.clear();
      let changed = false;
      for (const [name, entry] of entries) {
        if (!adoptOne(entry)) continue;
        changed = true;
        // One by one: the effects of the next one depend on it.
        publish([name]);
      }
      return changed;
    },

    forget(mirrors) {
      for (const mirror of mirrors) withheld.delete(nameOf(mirror));
    },

    withheld: () =>
      Array.from(withheld.values(), ({ entry: { zone, mirror, member, said }, effects }) => ({
        ...{ zone, mirror, member, effects },
        reason: said?.reason ?? '',
      })),
  };
}

/** The override of a mirror from the control socket, given here or on another member. */
export function saidHere(
  overrides: Pick<Overrides, 'of'>,
  { zone, mirror }: MirrorName,
): Override | undefined {
  const found = overrides.of(zone, mirror);
  return found?.file === undefined ? found : undefined;
}
