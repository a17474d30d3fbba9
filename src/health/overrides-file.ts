/**
 * What operators said over the control socket outlives the process in `overrides.json`: it is durable before it is
 * acknowledged.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, GeopoolError } from '../errors.js';
import type { StateFiles } from '../state/state-files.js';
import { type StateKind, time } from '../state/state-kind.js';
import type { Override } from './overrides.js';

export const OVERRIDES: StateKind<Override> = {
  name: 'overrides.json',
  version: 2,
  holds: 'overrides',
  entry: z.strictObject({
    zone: z.string(),
    mirror: z.string(),
    reason: z.string(),
    since: time,
    until: time.exactOptional(),
    by: z.string().exactOptional(),
  }),
};

export interface OverridesFile {
  /**
   * Resolves once the overrides, as they are now, are durable. Rejects with STATE_UNUSABLE where they can't be written;
   * they are then tried again until they can.
   */
  save(): Promise<void>;
  close(): Promise<void>;
}

export function keepOverridesIn(files: StateFiles, overrides: () => Iterable<Override>): OverridesFile {
  const { flush, close } = files.keep(OVERRIDES, overrides);
  return {
    async save() {
      try {
        await flush();
      } catch (error) {
        const path = join(files.directory, OVERRIDES.name);
        throw new GeopoolError(
          'STATE_UNUSABLE',
          `${path} can't be written (${describeError(error)}): overrides hold until this server ends, not after`,
          { cause: error },
        );
      }
    },
    close,
  };
}
