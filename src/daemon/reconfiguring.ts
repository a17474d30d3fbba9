/**
 * Follows changed settings while the server runs. Each phase first checks the new settings, which may fail, and returns a
 * change that can't fail. So if any setting is wrong, nothing has changed. Settings that no phase can follow are named.
 */
import { isDeepStrictEqual } from 'node:util';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { DaemonSettings } from './settings.js';

export type Change = () => Promise<void> | void;

/** A phase that can follow the settings. */
export interface Reconfigurable {
  /** Returns the change to make for these settings; throws a GeopoolError if they can't be followed. */
  prepare(next: DaemonSettings): Promise<Change> | Change;
}

/** The config keys that only a new process can follow. */
export const FIXED = ['zones', 'state', 'control', 'workers', 'tcp', 'resolve', 'fleet'] as const;

export type Reconfigured =
  /** Keys that differ and wait for a restart. */
  | { readonly restart: readonly string[] }
  /** Nothing has changed. */
  | { readonly faults: readonly string[] };

/** Returns a function that reads the settings again and makes all phases follow; `running` are the initial settings. */
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
