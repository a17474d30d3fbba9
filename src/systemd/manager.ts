/**
 * The service manager that started this process, if one did: systemd, which wants to know when the server answers, how it is
 * and when it ends. It is told in order and without waiting for it; by libc, or by its program `systemd-notify`.
 */
import { execFile } from 'node:child_process';
import type { Clock } from '../clock.js';
import { type Libc, loadLibc } from '../libc.js';
import { openNotifySocket, type Send } from './notify-socket.js';

export interface Manager {
  /** Says assignments, such as `READY=1`. */
  tell(...assignments: readonly string[]): void;
  /** Milliseconds within which it wants to hear `WATCHDOG=1`, again and again; undefined where it does not. */
  readonly watchdog: number | undefined;
}

/** Nobody wants to know. */
export const NO_MANAGER: Manager = { tell: () => undefined, watchdog: undefined };

/** How soon a manager that had no room is tried again. */
const RETRY_MS = 50;
/** Messages that wait for one that stands still; then the oldest go. */
const MOST_WAITING = 64;

/**
 * The manager that the environment names. What it says is for this process alone, so it is taken out: what is started from
 * here must not speak for the server.
 */
export async function openManager(
  environment: NodeJS.ProcessEnv,
  clock: Clock,
  found?: Libc | { readonly unavailable: string },
): Promise<Manager> {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC, WATCHDOG_PID = String(process.pid) } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  if (path === undefined || !/^[/@]./.test(path)) return NO_MANAGER;
  const libc = found ?? (await loadLibc());
  const send = ('unavailable' in libc ? undefined : openNotifySocket(libc, path)) ?? sendByProgram(path);
  const watchdog = WATCHDOG_PID === String(process.pid) ? Number(WATCHDOG_USEC) / 1000 : 0;
  return { tell: inOrder(send, clock), watchdog: watchdog > 0 ? watchdog : undefined };
}

function inOrder(send: Send, clock: Clock): Manager['tell'] {
  const waiting: string[] = [];
  let retrying = false;
  function pump(): void {
    while (!retrying && waiting[0] !== undefined) {
      if (send(waiting[0], [])) {
        waiting.shift();
        continue;
      }
      retrying = true;
      clock.after(RETRY_MS, () => {
        retrying = false;
        pump();
      });
    }
  }
  return (...assignments) => {
    // A value ends with its line.
    waiting.push(assignments.map((text) => text.replaceAll('\n', ' ')).join('\n'));
    if (waiting.length > MOST_WAITING) waiting.shift();
    pump();
  };
}

/** By systemd's own program, one after the other. It stays until systemd has seen whose child it is. */
function sendByProgram(path: string): Send {
  let last = Promise.resolve();
  return (text) => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          const env = { ...process.env, NOTIFY_SOCKET: path };
          // Where there is no such program either, nobody is told.
          execFile('systemd-notify', text.split('\n'), { env }, () => resolve());
        }),
    );
    return true;
  };
}
