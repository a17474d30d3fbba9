/**
 * The credentials for a fleet's instances over time: read again when one of their files is replaced, as programs that
 * renew certificates do. An existing connection stays, and the next one uses what is new. If a file is wrong then,
 * nothing changes, and that is logged.
 */
import { isDeepStrictEqual } from 'node:util';
import type { InstanceAccess } from '../fleet/instance.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { FleetConfig } from '../zone/fleet-config.js';
import { watchFiles } from './file-watch.js';
import { readAccess } from './fleet-settings.js';

export interface FleetAccess {
  current(): InstanceAccess;
  stop(): void;
}

type AccessFiles = Parameters<typeof readAccess>[0];

/** Throws CONFIG_INVALID if a file is wrong now. */
export function keepAccess(
  config: Pick<FleetConfig, keyof AccessFiles>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): FleetAccess {
  const { passwordFile, caFile, certificateFile, clientKeyFile } = config;
  const files = [passwordFile, caFile, certificateFile, clientKeyFile].filter((file) => file !== undefined);
  let access = readAccess(config);
  const watch = watchFiles(
    () => files,
    clock,
    () => {
      try {
        const next = readAccess(config);
        if (isDeepStrictEqual(next, access)) return;
        access = next;
        log.info(
          { event: 'fleet-access-changed', files },
          'the next connections to servers of the fleet are made with what has changed in the files for that',
        );
      } catch (error) {
        if (!(error instanceof GeopoolError)) throw error;
        log.error(
          { event: 'fleet-access-wrong', fault: error.message },
          `connections to servers of the fleet are made as before: ${error.message}`,
        );
      }
    },
  );
  return { current: () => access, stop: () => watch.stop() };
}
