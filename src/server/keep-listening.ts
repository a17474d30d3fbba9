/**
 * Listening wherever it is wanted, at once or as soon as it can be. Addresses of this host come and go while a server runs:
 * one moves between hosts (VRRP), IPv6 is still being verified, an interface gets another one. Node has no word of that, so
 * whoever has an event loop looks again and again; UDP in batches binds to what is not there yet (udp-sockets.ts).
 */
import type { Clock } from '../platform/clock.js';
import { codeOf } from '../platform/errors.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';
import type { FromWorker } from './messages.js';

/** Milliseconds from one look to the next. */
const LOOK_EVERY = 1000;
/** Looks after which an address that is gone is given up; until then it may come back, as with a cable that is loose. */
const ABSENT = 600;

/** What listens somewhere. */
interface Listener {
  close(): void;
}

export interface ListenRequest {
  /** Where to listen, as things are now. */
  readonly wanted: () => readonly Endpoint[];
  /** Whether that may change. */
  readonly changes: boolean;
  readonly open: (endpoint: Endpoint) => Promise<Listener>;
  readonly say: (message: FromWorker) => void;
  readonly clock: Clock;
}

/**
 * Resolves with what ends it, once all is listened on that can be: what is missing has been said, and is tried again. Rejects,
 * and it was said what failed, where anything but a missing address is in the way at the start.
 */
export async function keepListening({
  wanted,
  changes,
  open,
  say,
  clock,
}: ListenRequest): Promise<() => void> {
  const listeners = new Map<string, { readonly place: Listener; absent: number }>();
  /** Why not, as it was said last. */
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
    // What the system does not tell now, for want of a descriptor say, it tells the next time.
    cancel = clock.after(LOOK_EVERY, () => void look(true).then(lookAgain, lookAgain));
  }

  await look(false);
  lookAgain();
  return stop;
}
