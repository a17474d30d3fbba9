/**
 * Keeps a server's control socket. The server also runs without one: if the socket can't be opened, or is removed, it is
 * opened again as soon as possible.
 */

import type { Handlers } from '../control/handlers.js';
import { type ControlServer, openControl } from '../control/server.js';
import type { Clock } from '../platform/clock.js';
import { codeOf, describeError } from '../platform/errors.js';
import { groupId } from '../platform/group.js';
import type { Log } from '../platform/log.js';

/** The group whose members may use the control socket. */
const GROUP = 'geopool';
const LOOK_MS = 5000;

/** Rejects only if another server has it: two servers on one state directory would destroy each other's files. */
export async function keepControl(
  path: string,
  handlers: Handlers,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Pick<ControlServer, 'close'>> {
  let server: ControlServer | undefined;
  let trouble: unknown;
  let closed = false;
  let cancel = (): void => undefined;

  async function open(): Promise<void> {
    const before = trouble;
    try {
      server = await openControl(path, handlers, groupId(GROUP), log);
      trouble = undefined;
    } catch (error) {
      trouble = error;
      if (before !== undefined && codeOf(before) === codeOf(error)) return;
      const why = describeError(error);
      log.error({ event: 'control-unavailable', path, error: why }, `no control socket: ${why}`);
    }
  }

  async function look(): Promise<void> {
    const there = await server?.look();
    if (there !== 'ours') {
      const old = server;
      if (there === 'gone') await old?.close();
      await open();
      if (trouble === undefined) {
        const how = old === undefined ? 'is open now' : 'was gone, and is open again';
        log.warn({ event: 'control-recreated', path }, `${path} ${how}`);
      }
      // Another server's socket is left alone.
      if (there === "another's" && server !== old) await old?.close();
    }
    if (!closed) cancel = clock.after(LOOK_MS, next);
  }

  let looking = Promise.resolve();
  function next(): void {
    looking = look();
  }

  await open();
  if (codeOf(trouble) === 'ALREADY_RUNNING') throw trouble;
  cancel = clock.after(LOOK_MS, next);
  return {
    async close() {
      closed = true;
      cancel();
      await looking;
      await server?.close();
    },
  };
}
