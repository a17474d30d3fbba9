/**
 * Listens on all wanted endpoints, at once or as soon as possible. Addresses of this host come and go while a server runs:
 * one moves between hosts (VRRP), IPv6 is still being verified, an interface gets another address. Node has no event for
 * that, so workers with an event loop check again and again. Batched UDP binds to addresses that are not there yet
 * (udp-sockets.ts).
 */
import type { Clock } from '../platform/clock.js';
import { codeOf } from '../platform/errors.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';
import type { FromWorker } from './messages.js';

/** Milliseconds from one check to the next. */
const LOOK_EVERY = 1000;
/** Checks after which an address that is gone is given up; until then it may come back, for example with a loose cable. */
const ABSENT = 600;

/** A listening socket. */
interface Listener {
  close(): void;
}

export interface ListenRequest {
  /** The endpoints to listen on, as of now. */
  readonly wanted: () => readonly Endpoint[];
  /** Whether they may change. */
  readonly changes: boolean;
  readonly open: (endpoint: Endpoint) => Promise<Listener>;
  readonly say: (message: FromWorker) => void;
  readonly clock: Clock;
}

/**
 * Resolves with a function that stops it, once everything that can be listened on is. Missing addresses have been reported
 * by then, and are tried again. If anything but a missing address prevents listening at the start, reports it and rejects.
 */
export async function keepListening({
  wanted,
  changes,
  open,
  say,
  clock,
}: ListenRequest): Promise<() => void> {
  const listeners = new Map<string, { readonly place: Listener; absent: number }>();
  /** The last reported reason for each endpoint that can't be listened on. */
  const refused = new Map<string, string>();
  let stopped = false;
  let cancel = (): void => undefined;
  const stop = (): void => {
    stopped = true;
    cancel();
    for (const { place } of listeners.values()) place.close();
  };

  async function tryToOpen(key: string, endpoint: Endpoint, started: boolean): Promise<void> {
    try {
      const place = await open(endpoint);
      if (stopped) {
        place.close();
        return;
      }
      listeners.set(key, { place, absent: 0 });
      refused.delete(key);
      if (started) say({ kind: 'found', endpoint });
    } catch (error) {
      const code = codeOf(error) ?? 'EUNKNOWN';
      if (!started && code !== 'EADDRNOTAVAIL') {
        stop();
        say({ kind: 'failed', endpoint, code });
        throw error;
      }
      if (refused.get(key) !== code) say({ kind: 'waiting', endpoint, code });
      refused.set(key, code);
    }
  }

  async function look(started: boolean): Promise<void> {
    const now = new Map(wanted().map((endpoint) => [formatEndpoint(endpoint), endpoint]));
    for (const [key, seen] of listeners) {
      seen.absent = now.has(key) ? 0 : seen.absent + 1;
      if (seen.absent <= ABSENT) continue;
      seen.place.close();
      listeners.delete(key);
    }
    for (const key of refused.keys()) if (!now.has(key)) refused.delete(key);
    for (const [key, endpoint] of now)
      if (!stopped && !listeners.has(key)) await tryToOpen(key, endpoint, started);
  }

  function lookAgain(): void {
    if (stopped || (!changes && refused.size === 0)) return;
    // If a check fails now, for example for want of a descriptor, the next one may succeed.
    cancel = clock.after(LOOK_EVERY, () => void look(true).then(lookAgain, lookAgain));
  }

  await look(false);
  lookAgain();
  return stop;
}
