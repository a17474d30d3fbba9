/**
 * The service manager that started this process, if one did: systemd, which wants to know when the server answers, how it is
 * and when it ends. It is told in order and without waiting for it; by libc, or by its program `systemd-notify`.
 */
import { execFile } from 'node:child_process';
import type { Clock } from '../platform/clock.js';
import { type Libc, loadLibc } from '../platform/libc.js';
import { openNotifySocket, type Send } from './notify-socket.js';

export interface Manager {
  /** Says assignments, such as `READY=1`. */
  tell(...assignments: readonly string[]): void;
  /** Whether it is known how to have it keep descriptors. */
  readonly keeps: boolean;
  /** Has it keep a descriptor for the process after this one; `name` may have no colon in it. */
  store(name: string, fd: number): void;
  /** Has it close all that it keeps by that name. */
  discard(name: string): void;
  /** What it kept, or listened on, for this process. */
  readonly descriptors: readonly Handed[];
  /** Milliseconds within which it wants to hear `WATCHDOG=1`, again and again; undefined where it does not. */
  readonly watchdog: number | undefined;
}

/** A descriptor with the name that it has with the manager. */
export interface Handed {
  readonly name: string;
  readonly fd: number;
}

/** Nobody wants to know. */
export const NO_MANAGER: Manager = {
  tell: () => undefined,
  keeps: false,
  store: () => undefined,
  discard: () => undefined,
  descriptors: [],
  watchdog: undefined,
};

/** Where those that are handed on begin (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/** How soon a manager that had no room is tried again. */
const RETRY_MS = 50;
/** Messages that wait for one that stands still; then the oldest go. */
const MOST_WAITING = 2048;

/**
 * The manager that the environment names. What it says is for this process alone, so it is taken out: what is started from
 * here must not speak for the server.
 */
export async function openManager(
  environment: NodeJS.ProcessEnv,
  clock: Clock,
  found?: Libc | { readonly unavailable: string },
): Promise<Manager> {
  const descriptors = takeDescriptors(environment);
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC, WATCHDOG_PID } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  if (path === undefined || !/^[/@]./.test(path)) return { ...NO_MANAGER, descriptors };
  const libc = found ?? (await loadLibc());
  const socket = 'unavailable' in libc ? undefined : openNotifySocket(libc, path);
  const say = inOrder(socket ?? sendByProgram(path), clock);
  const watchdog = isOurs(WATCHDOG_PID) ? Number(WATCHDOG_USEC) / 1000 : 0;
  return {
    tell: (...assignments) => say(assignments),
    keeps: socket !== undefined,
    store(name, fd) {
      // It would close what can be read from and has failed, such as a socket whose client is gone: these are not such.
      if (socket !== undefined) say(['FDSTORE=1', `FDNAME=${name}`, 'FDPOLL=0'], [fd]);
    },
    discard: (name) => say(['FDSTOREREMOVE=1', `FDNAME=${name}`]),
    descriptors,
    watchdog: watchdog > 0 ? watchdog : undefined,
  };
}

function takeDescriptors(environment: NodeJS.ProcessEnv): Handed[] {
  const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES = '' } = environment;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) delete environment[name];
  const count = LISTEN_PID !== undefined && isOurs(LISTEN_PID) ? Number(LISTEN_FDS) : 0;
  const names = LISTEN_FDNAMES.split(':');
  return Array.from({ length: count > 0 ? count : 0 }, (_, i) => ({
    name: names[i] ?? '',
    fd: FIRST_DESCRIPTOR + i,
  }));
}

/** Whether a process id is this one's; what names none is for whoever is started. */
function isOurs(pid = String(process.pid)): boolean {
  return pid === String(process.pid);
}

interface Message {
  readonly text: string;
  readonly descriptors: readonly number[];
}

function inOrder(
  send: Send,
  clock: Clock,
): (assignments: readonly string[], descriptors?: readonly number[]) => void {
  const waiting: Message[] = [];
  let retrying = false;
  function pump(): void {
    while (!retrying && waiting[0] !== undefined) {
      if (send(waiting[0].text, waiting[0].descriptors)) {
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
  return (assignments, descriptors = []) => {
    // A value ends with its line.
    const text = assignments.map((line) => line.replaceAll('\n', ' ')).join('\n');
    waiting.push({ text, descriptors });
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
