/**
 * The service manager that started this process, if one did: systemd, which wants to know when the server answers, its state,
 * and when it ends. Messages are sent in order and without waiting for it, through libc or its program `systemd-notify`.
 */
import { execFile } from 'node:child_process';
import type { Clock } from '../platform/clock.js';
import { type Libc, loadLibc } from '../platform/libc.js';
import { openNotifySocket, type Send } from './notify-socket.js';

export interface Manager {
  /** Sends assignments, such as `READY=1`. */
  tell(...assignments: readonly string[]): void;
  /** Whether it can be asked to keep descriptors. */
  readonly keeps: boolean;
  /** Has it keep a descriptor for the next process. `name` must not contain a colon. */
  store(name: string, fd: number): void;
  /** Has it close all descriptors that it keeps by that name. */
  discard(name: string): void;
  /** The descriptors that it kept, or listened on, for this process. */
  readonly descriptors: readonly Handed[];
  /** The longest interval between two `WATCHDOG=1`, in milliseconds; undefined if it expects none. */
  readonly watchdog: number | undefined;
}

/** A descriptor with the name that it has with the manager. */
export interface Handed {
  readonly name: string;
  readonly fd: number;
}

/** For a process without a manager. */
export const NO_MANAGER: Manager = {
  tell: () => undefined,
  keeps: false,
  store: () => undefined,
  discard: () => undefined,
  descriptors: [],
  watchdog: undefined,
};

/** The first descriptor that is passed on (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/** How soon a message is sent again for which the manager had no room. */
const RETRY_MS = 50;
/** How many messages wait for a manager that reads none; beyond that, the oldest are dropped. */
const MOST_WAITING = 2048;

/**
 * The manager that the environment names. Its variables are for this process alone, so they are removed: a process started
 * from here must not speak for the server.
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
      // Without FDPOLL=0, it would close a descriptor that reports an error or a hangup, such as a socket whose client is
      // gone. These here must be kept.
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

/** Whether a process id is this one's. If there is none, the variables are for the process that is started. */
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
    // A newline would end the value.
    const text = assignments.map((line) => line.replaceAll('\n', ' ')).join('\n');
    waiting.push({ text, descriptors });
    if (waiting.length > MOST_WAITING) waiting.shift();
    pump();
  };
}

/** Sends through systemd's own program, one message after the other. It runs until systemd has seen whose child it is. */
function sendByProgram(path: string): Send {
  let last = Promise.resolve();
  return (text) => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          const env = { ...process.env, NOTIFY_SOCKET: path };
          // Without that program, nothing is sent.
          execFile('systemd-notify', text.split('\n'), { env }, () => resolve());
        }),
    );
    return true;
  };
}
