/**
 * Paths that apply if the config names none. Separate from the config's schema, so that a verb that only needs the control
 * socket does not load the schema.
 */
import { join } from 'node:path';

export const DEFAULT_ZONES = 'zones';
export const DEFAULT_STATE = '.geopool';
/** The control socket of the server that the systemd unit starts. */
export const PACKAGED_CONTROL = '/run/geopool/control.sock';

/** The control socket of a server with this state directory. */
export function controlSocketIn(state: string): string {
  return join(state, 'control.sock');
}
