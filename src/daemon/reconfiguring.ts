/**
 * Settings that are others while the server runs. Each phase first looks at the next ones, which may fail, and gives a change
 * that can't: so where anything of them is wrong, nothing has changed. What no phase can follow is named.
 */
import { isDeepStrictEqual } from 'node:util';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { DaemonSettings } from './settings.js';

export type Change = () => Promise<void> | void;

/** A phase that can follow the settings. */
export interface Reconfigurable {
  /** Gives what is to be done for these settings; throws a GeopoolError where that can't be. */
  prepare(next: DaemonSettings): Promise<Change> | Change;
}

/** What only a new process can follow, by its key in the config. */
export const FIXED = ['zones', 'state', 'control', 'workers', 'tcp', 'resolve', 'fleet'] as const;

export type Reconfigured =
  /** Keys that are others, and wait for a restart. */
  | { readonly restart: readonly string[] }
  /** Nothing has changed. */
  | { readonly faults: readonly string[] };

/** Gives what reads the settings anew and has all phases follow; `running` are those that they began with. */
export function openReconfiguring(
  running: DaemonSettings,
  read: () => DaemonSettings,
  phases: readonly Reconfigurable[],
  fixed: readonly (keyof DaemonSettings)[],
  log: Log,
): () => Promise<Reconfigured> {
  let told: readonly string[] = [];
  return async () => {
    const changes: Change[] = [];
    let next: DaemonSettings;
    try {
      next = read();
      for (const phase of phases) changes.push(await phase.prepare(next));
    } catch (error) {
      const details = error instanceof GeopoolError ? error.details : [];
      return { faults: [...details, describeError(error)] };
    }
    for (const change of changes) await change();
    const restart = fixed.filter((key) => !isDeepStrictEqual(running[key], next[key]));
    if (restart.length > 0 && !isDeepStrictEqual(restart, told)) {
      log.warn({ event: 'restart-needed', keys: restart }, describeRestart(restart));
    }
    told = restart;
    return { restart };
  };
}

export function describeRestart(keys: readonly string[]): string {
  return `${keys.join(', ')}: as before until the server is restarted`;
}
