/**
 * The control socket of a server, which serves all the same where it can't have one.
 */
import type { Handlers } from '../control/handlers.js';
import { type ControlServer, openControl } from '../control/server.js';
import { GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import { groupId } from './group.js';

/** The group whose members may use the control socket. */
const GROUP = 'geopool';

/** Rejects only where another server has it: two on one state directory would destroy each other's. */
export async function openControlIfPossible(
  path: string,
  handlers: Handlers,
  log: Log,
): Promise<ControlServer | undefined> {
  try {
    return await openControl(path, handlers, groupId(GROUP), log);
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'STATE_UNUSABLE') throw error;
    log.error(
      { event: 'control-unavailable', path, error: error.message },
      `no control socket: ${error.message}`,
    );
    return undefined;
  }
}
