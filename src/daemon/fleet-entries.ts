/**
 * Stores what operators gave on any member, as far as this server knows it. A member that finds all others and all instances
 * gone still has it, and passes it on when they come back.
 */

import type { Stamp } from '../fleet/documents.js';
import { publishable, type SharedEntries, type SharedEntry } from '../fleet/shared-entries.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { StateFiles } from '../state/state-files.js';
import type { StateKind } from '../state/state-kind.js';

export interface FleetEntries<K, E> {
  readonly of: (about: K) => E | undefined;
  list(): readonly E[];
  /** Adds these entries here. Durable when it resolves; rejects with REQUEST_REFUSED if there is no room for them. */
  say(entries: readonly ((stamp: Stamp) => E)[]): Promise<void>;
  /** Merges the entries of another member. Returns those that are new. */
  hear(heard: readonly E[], from: string): readonly E[];
  /** The clock is right: stamps again what was said here while it was far ahead, and publishes that. */
  restamp(): void;
  /** What this member passes on. */
  published(): readonly E[];
  close(): Promise<void>;
}

export interface FleetEntriesOptions<K, E extends K & SharedEntry> {
  readonly files: Pick<StateFiles, 'read' | 'keep'>;
  readonly kind: StateKind<E>;
  /** From the entries in the file. */
  readonly entries: (initial: readonly E[]) => SharedEntries<K, E>;
  readonly self: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Makes the others hear it. */
  readonly publish: () => void;
}

export async function openFleetEntries<K, E extends K & SharedEntry>(
  options: FleetEntriesOptions<K, E>,
): Promise<FleetEntries<K, E>> {
  const { files, kind, self, clock, publish } = options;
  const entries = options.entries(await files.read(kind));
  const list = (): readonly E[] => entries.list(clock.now());
  const file = files.keep(kind, list);
  return {
    of: entries.of,
    list,
    async say(said) {
      if (!entries.say(said, clock.now())) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          'it holds on this server alone: the fleet has no room for more of what was said here within 30 days',
        );
      }
      publish();
      await file.flush();
    },
    hear(heard, from) {
      const news = entries.merge(heard, from, clock.now());
      if (news.length > 0) file.mark();
      return news;
    },
    restamp() {
      if (!entries.restamp(clock.now())) return;
      file.mark();
      publish();
    },
    published: () => publishable(list(), self),
    close: () => file.close(),
  };
}
