/**
 * What the service manager is told of the daemon: that it answers, how things are in a few words, when it reloads and when
 * it ends. And that it is alive, but only for as long as every worker is: where one is not and could not be replaced, the
 * manager starts the server anew.
 */
import type { Clock } from '../clock.js';
import { countOf } from '../count-of.js';
import type { Log } from '../log.js';
import type { Service } from '../net/service.js';
import type { Manager } from '../systemd/manager.js';
import type { Serving } from './serving.js';

export interface Announcing {
  /** The server answers. */
  ready(): void;
  /** The same reload, announced. */
  reloading<T>(reload: () => Promise<T>): () => Promise<T>;
  /** The server ends. */
  stop(): void;
}

export interface Announced {
  readonly manager: Manager;
  readonly clock: Clock;
  readonly log: Log;
  readonly serving: Pick<Serving, 'roster' | 'published'>;
  readonly service: Pick<Service, 'silentWorkers'>;
}

/** How often the words are looked at, where the manager does not want to hear more often that the server is alive. */
const LOOK_MS = 5000;

export function announce({ manager, clock, log, serving, service }: Announced): Announcing {
  let said = '';
  let cancel = (): void => undefined;
  /** Workers that were silent at the last look. */
  let silent = 0;

  function look(): void {
    const now = service.silentWorkers();
    if (now > silent) {
      log.error(
        { event: 'workers-silent', workers: now },
        `${countOf(now, 'worker thread')} no longer ${now === 1 ? 'answers' : 'answer'}`,
      );
    }
    silent = now;
    const words = describeServing(serving, silent);
    const changed = words === said ? [] : [`STATUS=${words}`];
    const alive = silent === 0 && manager.watchdog !== undefined ? ['WATCHDOG=1'] : [];
    if (changed.length + alive.length > 0) manager.tell(...alive, ...changed);
    said = words;
    cancel = clock.after(Math.min(LOOK_MS, (manager.watchdog ?? Infinity) / 4), look);
  }

  return {
    ready() {
      manager.tell('READY=1');
      look();
    },
    reloading: (reload) => async () => {
      // CLOCK_MONOTONIC in microseconds: systemd has it from there that the READY=1 which follows is of this reload.
      manager.tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
      try {
        return await reload();
      } finally {
        said = describeServing(serving, silent);
        manager.tell('READY=1', `STATUS=${said}`);
      }
    },
    stop() {
      cancel();
      manager.tell('STOPPING=1', 'STATUS=ending');
    },
  };
}

/** `4 zones, 27 of 28 addresses up`, and what is wrong. */
export function describeServing(
  { roster, published }: Pick<Serving, 'roster' | 'published'>,
  silentWorkers: number,
): string {
  const { zones, refused, pools } = roster().world;
  const standings = published();
  /** Whether each address is up in every pool that it is enabled in. */
  const up = new Map<string, boolean>();
  for (const [number, { zone, seats }] of pools.entries()) {
    let at = 0;
    for (const { addresses } of seats) {
      for (const { text } of addresses) {
        const standing = standings[number]?.standing[at++];
        const key = `${zone} ${text}`;
        if (standing !== 'off') up.set(key, standing === 'up' && up.get(key) !== false);
      }
    }
  }
  const panics = standings.filter(({ panic }) => panic).length;
  const wrong = refused.length + zones.filter(({ stale }) => stale !== undefined).length;
  return [
    `${countOf(zones.length, 'zone')}, ${[...up.values()].filter(Boolean).length} of ${up.size === 1 ? '1 address' : `${up.size} addresses`} up`,
    ...(panics === 0 ? [] : [`PANIC in ${countOf(panics, 'pool')}`]),
    ...(wrong === 0 ? [] : [`${countOf(wrong, 'zone file')} wrong`]),
    ...(silentWorkers === 0 ? [] : [`${countOf(silentWorkers, 'worker thread')} silent`]),
  ].join(', ');
}
